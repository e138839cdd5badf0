// What the same trials at any parallelism cost: the best value after so many trials, by the search's window.
//   pnpm --filter @graft-ml/benchmarks exec tsx hpo-window.ts [--seeds N] [--keep FILE]
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "./lib/alternate.js";
import { keeper } from "./lib/keep.js";
import { sharedFolder } from "./lib/networks.js";
import { notWorse } from "./lib/rank-sum.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { FUNCTION_NAMES } from "./lib/search-functions.js";
import { BUDGETS, bestValues } from "./lib/search-samplers.js";

const { values: options } = parseArgs({
  options: { seeds: { type: "string", default: "30" }, keep: { type: "string" } },
});
const seeds = Number(options.seeds);
const table = join(sharedFolder("data/tables/hpo-scibert-finetune-grid"), "tidy_grid.csv");
const keep = keeper<{ best: number[][] }>(options.keep);

const WINDOWS = [1, 4, 16];
const SHOWN = [50, 100, 200] as const;

const text = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(4);

const rows: Row[] = [];
for (const name of FUNCTION_NAMES) {
  for (const sampler of ["tpe", "cma-es"]) {
    const found: (readonly (readonly number[])[])[] = [];
    for (const window of WINDOWS) {
      const measured = await keep(`${sampler}/${name}/${window}/${seeds}`, () =>
        bestValues(sampler, name, { seeds, table, window }),
      );
      found.push(measured.best);
    }
    const cells = SHOWN.map((budget) => {
      const at = BUDGETS.indexOf(budget);
      const [alone, ...wider] = found.map((best) => best.map((row) => row[at]!));
      const told = wider.map((own) => {
        const verdict = notWorse(own, alone!);
        return `${text(median(own))}${verdict === "same" ? "" : ` (${verdict})`}`;
      });
      return [`${budget} trials`, [text(median(alone!)), ...told].join(" / ")];
    });
    rows.push({ function: name, sampler, ...Object.fromEntries(cells) });
    console.log(markdownTable([rows.at(-1)!]).split("\n")[2]);
  }
}
await writeResult("hpo-window", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx hpo-window.ts --seeds ${options.seeds}`,
  notes: [
    `Medians of the best value over ${seeds} seeds with a window of 1 / 4 / 16; less is better. "worse" and "better": than with a window of 1, where a one-sided Mann-Whitney test says so at 0.05; nothing: neither.`,
    "With a window of w a trial knows the ends of all trials but the w - 1 before it, of which it knows the parameters alone. The functions are those of hpo-samplers.",
  ],
  rows,
});
