// Deep adaptation without labels of the target: one hidden layer over frozen features, by each penalty, beside the same network on the source alone.
//   pnpm --filter @graft-ml/benchmarks exec tsx adaptation-deep.ts [--set NAME ... [--pair A-B ...]] [--seeds N] [--rows N] [--epochs N] [--keep FILE]
import { parseArgs } from "node:util";
import {
  type Engine,
  evaluate,
  evaluationBatches,
  type FloatWeights,
  featuresTask,
  type Model,
  type Source,
  taskProgram,
} from "@graft-ml/core";
import { type AdaptDeepOptions, adaptationNames, adaptDeep } from "@graft-ml/domain-adapt";
import { acquire } from "@graft-ml/gpu-backend";
import { adaptationSets, drawnPart, type LabelledDomain } from "./lib/adaptation-sets.js";
import { mean } from "./lib/classify.js";
import { featureSources, hiddenLayer } from "./lib/hidden-layer.js";
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
    epochs: { type: "string", default: "20" },
    keep: { type: "string" },
  },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, at) => at + 1);
const SOURCE_ONLY = "source only";
/** "hafn" and "safn" are two forms of one method: the second, the authors' choice, stands for both. */
const methods = [...adaptationNames.filter((name) => name !== "hafn"), "mean-teacher"] as const;

type Accuracies = Readonly<Record<string, number>>;
const kept = keeper<number>(options.keep);
const engine = await acquire({ device: "native" });
for (const name of options.set) {
  const found = await foundFor(name);
  if (options.pair) continue;
  const rows = rowsOf(found);
  console.log(markdownTable(rows));
  await writeResult(`adaptation-deep-${name}`, {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx adaptation-deep.ts --set ${name} --seeds ${seeds.length} --rows ${options.rows} --epochs ${options.epochs}`,
    notes: [
      `${adaptationSets[name]!.about}. Percent of the target's rows, the mean of ${seeds.length} draws of four fifths of each domain, ${options.rows} rows at most.`,
      `A hidden layer of 128 over frozen features, trained ${options.epochs} epochs by each method's own weight; "${SOURCE_ONLY}" is the same network and training without a penalty. No method was stopped or chosen by labels of the target.`,
    ],
    rows,
  });
}
await engine.close();

/** By pair, a run a seed. */
async function foundFor(name: string): Promise<ReadonlyMap<string, readonly Accuracies[]>> {
  const set = adaptationSets[name]!;
  const domains = new Map<string, LabelledDomain>();
  const found = new Map<string, Accuracies[]>();
  for (const pair of options.pair ?? set.pairs) {
    const runs: Accuracies[] = [];
    for (const seed of seeds) {
      const accuracies: Record<string, number> = {};
      for (const method of [SOURCE_ONLY, ...methods]) {
        const key = `${name}/${pair}/${options.rows}/${options.epochs}/${seed}/${method}`;
        accuracies[method] = await kept(key, async () => {
          for (const domain of pair.split("-")) {
            if (!domains.has(domain)) domains.set(domain, await set.domain(domain, engine));
          }
          const [source, target] = pair.split("-").map((domain) => {
            return drawnPart(domains.get(domain)!, { seed, most: Number(options.rows) });
          });
          return trained(method, { source: source!, target: target!, classes: set.classes, seed });
        });
      }
      runs.push(accuracies);
    }
    found.set(pair, runs);
    console.error(pair);
  }
  return found;
}

type Pair = {
  readonly source: LabelledDomain;
  readonly target: LabelledDomain;
  readonly classes: number;
  readonly seed: number;
};

/** Percent of the target's rows that a network by a method tells. */
async function trained(name: string, { source, target, classes, seed }: Pair): Promise<number> {
  const sources = featureSources(source, target);
  const model = hiddenLayer({ features: source.features.columns, hidden: 128, classes });
  const given: AdaptDeepOptions = {
    engine,
    model,
    task: featuresTask(),
    ...sources,
    ...(name === SOURCE_ONLY
      ? { method: "entropy", weight: 0 }
      : { method: name as (typeof methods)[number] }),
    epochs: Number(options.epochs),
    rate: 1e-3,
    seed,
  };
  const adapting = adaptDeep(given);
  for await (const _ of adapting);
  const { weights } = adapting.result();
  return 100 * (await accuracyOf({ engine, model, weights, target: sources.target }));
}

async function accuracyOf(trained: {
  engine: Engine;
  model: Model;
  weights: FloatWeights;
  target: Source;
}): Promise<number> {
  const { model, weights, target } = trained;
  const session = await trained.engine.open({ weights });
  const program = taskProgram({ task: featuresTask(), model });
  const batches = evaluationBatches(target, { batchSize: 64 });
  try {
    for await (const event of evaluate({ session, program, batches })) {
      if (event.type === "eval-end") return event.accuracy;
    }
  } finally {
    await session.close();
  }
  throw new Error("The evaluation ended without its last event.");
}

function rowsOf(found: ReadonlyMap<string, readonly Accuracies[]>): Row[] {
  const columns = [SOURCE_ONLY, ...methods];
  const row = (pair: string, runs: readonly Accuracies[]): Row => ({
    pair,
    ...Object.fromEntries(
      columns.map((column) => [column, mean(runs.map((run) => run[column]!)).toFixed(1)]),
    ),
  });
  return [
    ...[...found].map(([pair, runs]) => row(pair, runs)),
    row("mean", [...found.values()].flat()),
  ];
}
