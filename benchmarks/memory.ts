// The command's memory (Linux): over 50 epochs, and over a set of pictures ten times larger.
//   pnpm --filter @graft-ml/benchmarks exec tsx memory.ts [--epochs N]
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openPictures, type PictureSample } from "@graft-ml/vision/node";
import { fewPerClass } from "./lib/few-per-class.js";
import { sharedFolder } from "./lib/networks.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const { values } = parseArgs({ options: { epochs: { type: "string", default: "50" } } });
const EPOCHS = Number(values.epochs);
const bin = fileURLToPath(new URL("../apps/cli/dist/bin.js", import.meta.url));

/** Resident MiB: the median of each epoch of a phase, and the most there ever was. */
type Use = { readonly epochs: readonly number[]; readonly peak: number };

const { train: all } = await openPictures(sharedFolder("data/images/caltech101-112"), {
  validation: 0,
});
const folder = await mkdtemp(join(tmpdir(), "graft-memory-"));
const tuned = ["--strategy", "finetune", "--cut", "layer3", "--views", "8", "--head-epochs", "5"];
const rows: Row[] = [];
try {
  const few = fewPerClass(all, { perClass: 4, seed: 1 }).train;
  await measure("many epochs", few, [...tuned, "--epochs", String(EPOCHS)]);
  const tenth = all.filter((_, index) => index % 10 === 0);
  const probe = ["--strategy", "finetune", "--cut", "layer3", "--head-epochs", "2"];
  for (const pictures of [tenth, all]) {
    await measure("many pictures", pictures, [...probe, "--epochs", "2", "--views", "2"]);
  }
} finally {
  await rm(folder, { recursive: true });
}
console.log(markdownTable(rows));
await writeResult("memory", {
  command: "pnpm --filter @graft-ml/benchmarks exec tsx memory.ts",
  notes: [
    "`graft train` on pictures of Caltech-101 with the embedded backbone, its last stage fine-tuned on cached features; resident memory of the whole process, sampled every 100 ms: the median within an epoch, and the most at any moment.",
    "Features lie in files, read back by batches; prepared pictures are kept in memory up to a bound of the command's.",
  ],
  rows,
});

async function measure(
  name: string,
  pictures: readonly PictureSample[],
  options: readonly string[],
): Promise<void> {
  const table = join(folder, "pictures.csv");
  await writeFile(
    table,
    ["path,label", ...pictures.map(({ path, label }) => `${path},c${label}`)].join("\n"),
  );
  const run = join(folder, `run-${rows.length}`);
  const { epochs, peak } = await watch(["train", table, ...options, "--out", run, "--json"]);
  const at = (epoch: number): number | string => epochs[epoch - 1] ?? "";
  const middle = Math.ceil(epochs.length / 2);
  rows.push({
    what: name,
    pictures: pictures.length,
    epochs: epochs.length,
    "first epoch, MiB": at(1),
    "middle epoch, MiB": at(middle),
    "last epoch, MiB": at(epochs.length),
    "peak, MiB": peak,
  });
  console.log(JSON.stringify(rows.at(-1)));
}

/** Runs the command; epochs are those of its last phase. */
async function watch(args: readonly string[]): Promise<Use> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const epochs: number[] = [];
  let [samples, peak]: [number[], number] = [[], 0];
  const timer = setInterval(() => {
    const used = residentMiB(child.pid!);
    samples.push(used);
    peak = Math.max(peak, used);
  }, 100);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { type: string; phase?: string };
    if (event.type === "phase-start") epochs.length = 0;
    if (event.type !== "epoch-end") continue;
    epochs.push(middleOf(samples));
    samples = [];
  }
  clearInterval(timer);
  const code = await ended;
  if (code !== 0) throw new Error(`graft ${args.join(" ")} ended with ${code}.`);
  return { epochs, peak };
}

/** 0 once the process has ended. */
function residentMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

function middleOf(samples: readonly number[]): number {
  const used = samples.filter((one) => one > 0).sort((a, b) => a - b);
  return used[Math.floor(used.length / 2)] ?? 0;
}
