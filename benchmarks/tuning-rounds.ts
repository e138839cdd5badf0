// Halving by rounds as a person has it: `graft tune --pruner rounds` on the grid of `tuning.ts --task products`.
//   pnpm --filter @graft-ml/benchmarks exec tsx tuning-rounds.ts [--out DIR]
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { textSets } from "./lib/text-sets.js";
import { tuningTasks } from "./lib/tuning-tasks.js";

const { values: options } = parseArgs({
  options: {
    /** Where the texts and the search lie; a search that was cut goes on there. Default: a new folder. */
    out: { type: "string" },
  },
});
const { space, epochs } = tuningTasks.products!;
const bin = fileURLToPath(new URL("../apps/cli/dist/bin.js", import.meta.url));

type Event = {
  readonly type: string;
  readonly rounds?: readonly { readonly resource: number; readonly trials: number }[];
  readonly round?: number;
  readonly trial?: { readonly values: readonly number[]; readonly reports: readonly unknown[] };
  readonly score?: number;
  readonly best?: unknown;
};

const folder = options.out ?? (await mkdtemp(join(tmpdir(), "graft-rounds-")));
await saveTexts(join(folder, "texts"));
const flags = [
  ...["--max-length", "64", "--epochs", String(epochs), "--seed", "1"],
  ...["--pruner", "rounds", "--min-epochs", "3", "--workers", "2"],
];
const events = await run(["tune", join(folder, "texts"), ...flags, ...gridFlags()]);
await report();

/** The texts in parts, as tables: what is learned from, and all others to score by. */
async function saveTexts(path: string): Promise<void> {
  const { classes, train, validation, test } = await textSets.products!();
  await mkdir(path, { recursive: true });
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const table = (lines: typeof train) =>
    ["text,label", ...lines.map(({ text, label }) => `${cell(text)},${classes[label]}`)].join("\n");
  await writeFile(join(path, "train.csv"), table(train));
  await writeFile(join(path, "validation.csv"), table([...validation, ...test]));
}

/** The parameters of the benchmark by their flags' names. */
function gridFlags(): readonly string[] {
  return Object.entries(space.parameters).flatMap(([name, parameter]) => {
    if (parameter.kind !== "choice") throw new TypeError(`${name} is no choice.`);
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return ["--grid", `${flag}=${parameter.values.join(",")}`];
  });
}

async function run(args: readonly string[]): Promise<readonly Event[]> {
  const given = [bin, ...args, "--out", join(folder, "search"), "--json"];
  const child = spawn(process.execPath, given, { stdio: ["ignore", "pipe", "inherit"] });
  const events: Event[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as Event;
    events.push(event);
    if (event.type === "round-start" || event.type === "trial-end") console.error(line);
  }
  return events;
}

async function report(): Promise<void> {
  const plan = events.find(({ type }) => type === "tune-start")!.rounds!;
  const ends = events.filter(({ type }) => type === "trial-end");
  const rows = plan.map(({ resource, trials }, round): Row => {
    const scores = ends.filter((end) => end.round === round).map(({ trial }) => trial!.values[0]!);
    const told = [Math.max(...scores), Math.min(...scores)].map((one) => (100 * one).toFixed(1));
    return {
      round: round + 1,
      "to epoch": resource,
      trials,
      "best, %": told[0]!,
      "worst, %": told[1]!,
    };
  });
  const spent = ends.reduce((sum, { trial }) => sum + trial!.reports.length, 0);
  const whole = plan[0]!.trials * epochs;
  const { score, best } = events.find(({ type }) => type === "tune-end")!;
  const accuracy = await lastAccuracy(join(folder, "search", "best", "metrics.jsonl"));
  const grid = /from ([\d.]+) to ([\d.]+) %/.exec(await gridResult())!;
  console.log(markdownTable(rows));
  await writeResult("tuning-rounds", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx tuning-rounds.ts",
    notes: [
      `\`graft tune texts ${[...flags, ...gridFlags()].join(" ")}\`, on the texts and the grid of \`tuning.ts --task products\`.`,
      `${spent} epochs, ${((100 * spent) / whole).toFixed(1)} % of the ${whole} of the whole grid, and in the end ${epochs} for the best once more.`,
      `The best, ${JSON.stringify(best)}, has ${(100 * score!).toFixed(1)} %, and its run, trained once more from its beginning without a stop, ${(100 * accuracy).toFixed(1)} %. The best of the whole grid has ${grid[2]} % (\`tuning-products.md\`), in trainings that draw their batches blindly; the command draws them by length.`,
    ],
    rows,
  });
}

/** Of a run, on its validation samples. */
async function lastAccuracy(path: string): Promise<number> {
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  const ends = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "epoch-end");
  return ends.at(-1).metrics.accuracy;
}

function gridResult(): Promise<string> {
  return readFile(new URL("./results/tuning-products.md", import.meta.url), "utf8");
}
