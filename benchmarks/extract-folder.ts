// `graft extract` on a folder of photographs with VGG-16's random weights, beside the same work in Pillow and PyTorch.
//   pnpm --filter @graft-ml/benchmarks exec tsx extract-folder.ts [--rounds 3] [--pictures 64]
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findRegistered } from "@graft-ml/zoo";
import { median } from "./lib/alternate.js";
import { sharedFolder } from "./lib/networks.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { markdownTable, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    pictures: { type: "string", default: "64" },
  },
});
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "graft-extract-folder-"));
const at = (...names: string[]) => join(folder, ...names);
const env = peerEnvironment();
const python = (...args: string[]): string =>
  execFileSync("/usr/bin/python3", [here("peers/extract-folder.py"), ...args], { env }).toString();

async function prepare(): Promise<void> {
  await mkdir(at("vgg16"));
  python("weights", at("vgg16", "vgg16.pth"));
  await writeFile(at("vgg16", "config.json"), JSON.stringify(findRegistered("vgg16")?.config));
  await mkdir(at("pictures"));
  const all = sharedFolder("data/images/imagenet-sample-1000");
  const names = (await readdir(all)).filter((name) => name.endsWith(".jpg")).sort();
  for (const name of names.slice(0, Number(options.pictures))) {
    await symlink(join(all, name), at("pictures", name));
  }
}

/** Seconds of the whole command, Node's start included. */
function ours(): number {
  const start = performance.now();
  const flags = ["--backbone", at("vgg16"), "--layer", "flatten", "--out", at("out.safetensors")];
  const args = [here("../apps/cli/dist/bin.js"), "extract", at("pictures"), ...flags, "--quiet"];
  execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  return (performance.now() - start) / 1000;
}

function theirs(): number {
  const printed = python("extract", at("vgg16", "vgg16.pth"), at("pictures"));
  return (JSON.parse(printed) as { seconds: number }).seconds;
}

try {
  await prepare();
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < Number(options.rounds); round++) {
    times.ours.push(ours());
    times.theirs.push(theirs());
  }
  const pictures = Number(options.pictures);
  const [mine, peer] = [median(times.ours), median(times.theirs)];
  const row = (who: string, seconds: number) => ({
    who,
    seconds: seconds.toFixed(1),
    "pictures/s": (pictures / seconds).toFixed(2),
    "times as fast": (peer / seconds).toFixed(2),
  });
  const rows = [row("graft extract", mine), row("Pillow and PyTorch", peer)];
  console.log(markdownTable(rows));
  await writeResult("extract-folder", {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx extract-folder.ts --rounds ${options.rounds} --pictures ${pictures}`,
    notes: [
      `${pictures} photographs of 256 x 256 as JPEG: decoded, prepared as torchvision does, 25,088 features each, written to the disk. Start-up and loading 553 MB of weights (.pth) are in it, on both sides.`,
      `Medians of ${options.rounds} rounds in alternation. PyTorch is Debian's 1.13, batches of 8, 2 threads, \`OMP_WAIT_POLICY=passive\`.`,
      loadNote(),
    ],
    rows,
  });
} finally {
  await rm(folder, { recursive: true });
}
