// Domain adaptation of frozen features without labels of the target: every candidate, and what the autopilot chooses.
//   pnpm --filter @graft-ml/benchmarks exec tsx adaptation.ts [--set NAME ... [--pair A-B ...]] [--seeds N] [--rows N] [--keep FILE]
import { parseArgs } from "node:util";
import {
  type Autopilot,
  adapt,
  candidates,
  SOURCE_ONLY,
  validatorQuality,
} from "@graft-ml/domain-adapt";
import { acquire } from "@graft-ml/gpu-backend";
import { adaptationSets, drawnPart, type LabelledDomain } from "./lib/adaptation-sets.js";
import { mean } from "./lib/classify.js";
import { keeper } from "./lib/keep.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const { values: options } = parseArgs({
  options: {
    set: { type: "string", multiple: true, default: Object.keys(adaptationSets) },
    /** Only these of the set's pairs, for the file of what is kept: nothing is reported. */
    pair: { type: "string", multiple: true },
    seeds: { type: "string", default: "5" },
    /** Rows of each domain at most. */
    rows: { type: "string", default: "1000" },
    keep: { type: "string" },
  },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, at) => at + 1);

const AUTOPILOT = "autopilot";

type Found = Pick<Autopilot, "chosen" | "candidates">;
const kept = keeper<Found>(options.keep);
const engine = await acquire({ device: "native" });
for (const name of options.set) {
  const found = await foundFor(name);
  if (options.pair) continue;
  const rows = accuracyRows(found);
  console.log(markdownTable(rows));
  const { about } = adaptationSets[name]!;
  await writeResult(`adaptation-${name}`, {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx adaptation.ts --set ${name} --seeds ${seeds.length} --rows ${options.rows}`,
    notes: [
      `${about}. Percent of the target's rows, the mean of ${seeds.length} draws of four fifths of each domain, ${options.rows} rows at most.`,
      `The autopilot sees no label of the target. ${summaryOf(found)}`,
      `It chose: ${choicesOf(found)}.`,
      `How well each validator's scores tell the true accuracies of the candidates (Spearman's correlation, and what the best candidate is better by than the validator's first; means over pairs and seeds): ${qualityOf(found)}.`,
    ],
    rows,
  });
}
await engine.close();

/** By pair, a run a seed. */
async function foundFor(name: string): Promise<ReadonlyMap<string, readonly Found[]>> {
  const set = adaptationSets[name]!;
  const domains = new Map<string, LabelledDomain>();
  const found = new Map<string, Found[]>();
  for (const pair of options.pair ?? set.pairs) {
    const runs: Found[] = [];
    for (const seed of seeds) {
      runs.push(
        await kept(`${name}/${pair}/${options.rows}/${seed}`, async () => {
          for (const domain of pair.split("-")) {
            if (!domains.has(domain)) domains.set(domain, await set.domain(domain, engine));
          }
          const [source, target] = pair.split("-").map((domain) => {
            return drawnPart(domains.get(domain)!, { seed, most: Number(options.rows) });
          });
          return adapted({ source: source!, target: target!, classes: set.classes, seed });
        }),
      );
    }
    found.set(pair, runs);
    console.error(pair, runs.map(({ chosen }) => chosen).join(", "));
  }
  return found;
}

async function adapted(input: {
  source: LabelledDomain;
  target: LabelledDomain;
  classes: number;
  seed: number;
}): Promise<Found> {
  const { source, target, classes, seed } = input;
  const run = adapt({
    source: source.features,
    labels: source.labels,
    target: target.features,
    targetLabels: target.labels,
    numClasses: classes,
    seed,
  });
  for await (const event of run) {
    if (event.type === "candidate-skipped") console.error(event.name, event.reason);
  }
  const { chosen, candidates } = run.result();
  return { chosen, candidates };
}

function accuracyOf({ candidates }: Found, name: string): number | undefined {
  const found = candidates.find((each) => each.name === name);
  return found && 100 * found.oracleAccuracy!;
}

function autopilotOf(run: Found): number {
  return accuracyOf(run, run.chosen)!;
}

function accuracyRows(found: ReadonlyMap<string, readonly Found[]>): Row[] {
  const names = candidates.map(({ name }) => name);
  const columns = [...names, AUTOPILOT];
  const meansOf = (runs: readonly Found[]) =>
    columns.map((column) => {
      const own = runs.flatMap((run) => {
        return (column === AUTOPILOT ? autopilotOf(run) : accuracyOf(run, column)) ?? [];
      });
      return own.length > 0 ? mean(own) : undefined;
    });
  const row = (pair: string, values: readonly (number | undefined)[]): Row => ({
    pair,
    ...Object.fromEntries(columns.map((column, at) => [column, values[at]?.toFixed(1) ?? ""])),
  });
  const rows = [...found].map(([pair, runs]) => row(pair, meansOf(runs)));
  return [...rows, row("mean", meansOf([...found.values()].flat()))];
}

function summaryOf(found: ReadonlyMap<string, readonly Found[]>): string {
  const gains = [...found.values()].map((runs) =>
    mean(runs.map((run) => autopilotOf(run) - accuracyOf(run, SOURCE_ONLY)!)),
  );
  const best = [...found.values()].map((runs) =>
    mean(runs.map((run) => Math.max(...run.candidates.map((each) => 100 * each.oracleAccuracy!)))),
  );
  const own = [...found.values()].map((runs) => mean(runs.map(autopilotOf)));
  return `Over source only it gains ${mean(gains).toFixed(2)} on average, ${Math.min(...gains).toFixed(2)} on its worst pair, ${Math.max(...gains).toFixed(2)} on its best. The best candidate by the target's labels would be ${(mean(best) - mean(own)).toFixed(2)} better.`;
}

function choicesOf(found: ReadonlyMap<string, readonly Found[]>): string {
  const counts = new Map<string, number>();
  for (const { chosen } of [...found.values()].flat()) {
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ${count} times`).join(", ");
}

function qualityOf(found: ReadonlyMap<string, readonly Found[]>): string {
  const runs = [...found.values()].flat();
  const [first] = runs;
  const validators = Object.keys(first!.candidates[0]!.scores);
  const scoresBy = (run: Found, name: string) =>
    run.candidates.map((each) => each.scores[name as keyof typeof each.scores]);
  const told = [...validators, "ensemble"].map((name) => {
    const qualities = runs.map((run) =>
      validatorQuality(
        name === "ensemble"
          ? run.candidates.map(({ meanRank }) => -meanRank!)
          : scoresBy(run, name),
        run.candidates.map(({ oracleAccuracy }) => 100 * oracleAccuracy!),
      ),
    );
    const spearman = mean(
      qualities.map((each) => each.spearman).filter((value) => !Number.isNaN(value)),
    );
    return `${name} ${spearman.toFixed(2)} (${mean(qualities.map(({ regret }) => regret)).toFixed(1)})`;
  });
  return told.join(", ");
}
