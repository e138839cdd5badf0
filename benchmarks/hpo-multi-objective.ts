// Fronts of two objectives beside Optuna's: the area that they dominate after so many trials.
//   pnpm --filter @graft-ml/benchmarks exec tsx hpo-multi-objective.ts [--seeds N] [--keep FILE]
// Optuna is Debian's python3-optuna.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { median } from "./lib/alternate.js";
import { keeper } from "./lib/keep.js";
import {
  areaOf,
  FRONT_BUDGETS,
  ourValues,
  PROBLEM_NAMES,
  problemOf,
} from "./lib/multi-objective.js";
import { sharedFolder } from "./lib/networks.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { notWorse } from "./lib/rank-sum.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const { values: options } = parseArgs({
  options: { seeds: { type: "string", default: "10" }, keep: { type: "string" } },
});
const seeds = Number(options.seeds);
const table = join(sharedFolder("data/tables/hpo-scibert-finetune-grid"), "tidy_grid.csv");
const keep = keeper<number[][][]>(options.keep);

async function optuna(sampler: string, name: string): Promise<number[][][]> {
  const script = fileURLToPath(new URL("peers/hpo-multi-objective.py", import.meta.url));
  const env = { ...peerEnvironment(), OMP_NUM_THREADS: "1" };
  const { stdout } = await promisify(execFile)(
    "/usr/bin/python3",
    [script, sampler, name, options.seeds],
    {
      env,
      maxBuffer: 2 ** 28,
    },
  );
  return JSON.parse(stdout) as number[][][];
}

async function ours(sampler: "tpe" | "random", name: string): Promise<number[][][]> {
  const runs: number[][][] = [];
  for (let seed = 0; seed < seeds; seed++)
    runs.push(await ourValues(sampler, { name, seed, table }));
  return runs;
}

const OTHERS: Readonly<Record<string, (name: string) => Promise<number[][][]>>> = {
  "Optuna's nsga2": (name) => optuna("nsga2", name),
  "Optuna's nsga2, population 20": (name) => optuna("nsga2-20", name),
  "our random": (name) => ours("random", name),
  "Optuna's tpe": (name) => optuna("tpe", name),
};

const rows: Row[] = [];
for (const name of PROBLEM_NAMES) {
  const { worst } = await problemOf(name, table);
  const areas = (runs: readonly number[][][], budget: number) =>
    runs.map((values) => areaOf(values.slice(0, budget), worst));
  const own = await keep(`ours/tpe/${name}/${seeds}`, () => ours("tpe", name));
  for (const [label, measure] of Object.entries(OTHERS)) {
    const other = await keep(`${label}/${name}/${seeds}`, () => measure(name));
    const cells = FRONT_BUDGETS.map((budget) => {
      const [a, b] = [areas(own, budget), areas(other, budget)];
      const lost = (some: readonly number[]) => some.map((area) => -area);
      const verdict = notWorse(lost(a), lost(b));
      const text = `${median(a).toFixed(4)} / ${median(b).toFixed(4)}`;
      return [`${budget} trials`, verdict === "same" ? text : `${text} (${verdict})`];
    });
    rows.push({ problem: name, ours: "tpe", beside: label, ...Object.fromEntries(cells) });
    console.log(markdownTable([rows.at(-1)!]).split("\n")[2]);
  }
}
await writeResult("hpo-multi-objective", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx hpo-multi-objective.ts --seeds ${options.seeds}`,
  notes: [
    `Medians over ${seeds} seeds of the dominated area as a part of the box from 0 to the worst point, ours / the other's; more is better. "better" and "worse" are ours, where a one-sided Mann-Whitney test says so at 0.05; nothing: neither.`,
    "zdt1 and zdt2 have 6 parameters and the worst point (1, 10), where no front has more than 0.9667 and 0.9333; training is the mixed space of hpo-samplers, its loss beside a made-up time, with the worst point (2, 12).",
    "Optuna 3.1.0, Debian's, as it comes but for the population; its TPE ranks several objectives as MOTPE does (Ozaki et al. 2020).",
  ],
  rows,
});
