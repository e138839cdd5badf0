// What stopping early saves in tuning a classifier: a full grid, and searches over it that stop trials.
//   pnpm --filter @graft-ml/benchmarks exec tsx tuning.ts [--seeds N] [--keep FILE]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { defaultCut, permutation, replaceHead } from "@graft-ml/core";
import { fileFeatureStore } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import {
  choice,
  type FinishedTrial,
  grid,
  hyperband,
  median,
  type ParamsOf,
  type Pruner,
  type Sampler,
  search,
  space,
  successiveHalving,
} from "@graft-ml/hpo";
import { trainClassifier } from "@graft-ml/vision";
import { pictureSource } from "@graft-ml/vision/node";
import { deviation, mean, openSet } from "./lib/classify.js";
import { openEmbedded } from "./lib/embedded.js";
import { fewPerClass } from "./lib/few-per-class.js";
import { keeper } from "./lib/keep.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    /** Where curves are kept, so that a run that was cut goes on. */
    keep: { type: "string" },
  },
});
const EPOCHS = 20;
const PER_CLASS = 20;
const searched = space({
  lr: choice([1e-4, 3e-4, 1e-3]),
  layerDecay: choice([0.5, 0.75, 1]),
  weightDecay: choice([0.01, 0.1]),
  labelSmoothing: choice([0, 0.1]),
});
type Config = ParamsOf<typeof searched>;

/** Accuracy on the validation pictures after each epoch. */
type Curve = readonly number[];

const points = pointsOf();
const pictures = await openSet("signs");
const { train, test } = fewPerClass(pictures.samples, { perClass: PER_CLASS, seed: 1 });
const curves = await trainAll();
await report();

/** Every combination, in the grid's order. */
function pointsOf(): readonly Config[] {
  const asked = { space: searched, directions: ["maximize"], seed: 0, history: [], pending: [] };
  const all: Config[] = [];
  for (;;) {
    const params = grid().suggest({ ...asked, directions: ["maximize"], number: all.length });
    if (!params) return all;
    all.push(params as Config);
  }
}

/** Each configuration once, to its end. */
async function trainAll(): Promise<ReadonlyMap<string, Curve>> {
  const kept = keeper<Curve>(options.keep);
  const network = await openEmbedded();
  const { preprocess, weights } = network;
  const source = (samples: typeof train) =>
    pictureSource({ samples, preprocess, cache: pictures.cache });
  const folder = await mkdtemp(join(tmpdir(), "graft-tuning-"));
  const engine = await acquire({ device: "native", threads: 1 });
  const found = new Map<string, Curve>();
  try {
    const model = replaceHead(network.model, pictures.classes.length);
    for (const config of points) {
      const name = JSON.stringify(config);
      const curve = await kept(name, async () => {
        const { lr, layerDecay, weightDecay, labelSmoothing } = config;
        const training = trainClassifier({
          ...{ engine, model, weights, preprocess, loss: { labelSmoothing }, seed: 1 },
          ...{ train: source(train), validation: source(test) },
          ...{ strategy: "finetune", cut: defaultCut(model) },
          ...{ store: fileFeatureStore({ folder }), dataKey: "signs" },
          head: { weightDecay },
          tail: { epochs: EPOCHS, rate: lr, layerDecay, weightDecay },
        });
        const scores: number[] = [];
        for await (const event of training) {
          if (event.type === "epoch-end" && event.phase === "tail") {
            scores.push(event.metrics.accuracy!);
          }
        }
        console.error(`${name} ${(100 * scores.at(-1)!).toFixed(1)} %`);
        return scores;
      });
      found.set(name, curve);
    }
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
  return found;
}

/** The whole grid in an order of its own for each seed. */
function shuffled(seed: number): Sampler {
  const order = permutation(seed, 0, points.length);
  return {
    name: "shuffled-grid",
    suggest: ({ number }) => (number < points.length ? points[order[number]!] : undefined),
  };
}

/** A search over the recorded curves: epochs that it trains, and the score of what it would keep. */
async function replay(pruner: Pruner, { seed, window }: { seed: number; window: number }) {
  const searching = search({
    ...{ space: searched, sampler: shuffled(seed), pruner, seed, window },
    directions: ["maximize"],
    trials: points.length,
    objective: async (config, { report }) => {
      const curve = curves.get(JSON.stringify(config))!;
      for (const [at, value] of curve.entries()) await report({ step: at + 1, value });
      return curve.at(-1)!;
    },
  });
  let trials: readonly FinishedTrial[] = [];
  let best = Number.NaN;
  for await (const event of searching) {
    if (event.type !== "search-end") continue;
    trials = event.trials;
    best = event.best?.values[0] ?? Number.NaN;
  }
  return { epochs: trials.reduce((sum, { reports }) => sum + reports.length, 0), best };
}

async function rowOf(name: string, pruner: Pruner, window: number): Promise<Row> {
  const seeds = Array.from({ length: Number(options.seeds) }, (_, at) => at + 1);
  const runs = await Promise.all(seeds.map((seed) => replay(pruner, { seed, window })));
  const whole = points.length * EPOCHS;
  const shares = runs.map(({ epochs }) => (100 * epochs) / whole);
  const behind = runs.map(({ best }) => 100 * (bestOfAll() - best));
  return {
    search: name,
    window,
    "epochs, % of the grid's": `${mean(shares).toFixed(1)} ± ${deviation(shares).toFixed(1)}`,
    "most, %": Math.max(...shares).toFixed(1),
    "behind the best, points": `${mean(behind).toFixed(2)} ± ${deviation(behind).toFixed(2)}`,
    "most, points": Math.max(...behind).toFixed(2),
    "within 0.5": `${behind.filter((one) => one <= 0.5).length} of ${runs.length}`,
  };
}

function bestOfAll(): number {
  return Math.max(...[...curves.values()].map((curve) => curve.at(-1)!));
}

async function report(): Promise<void> {
  const pruners: Readonly<Record<string, Pruner>> = {
    "ASHA, from epoch 1": successiveHalving({ reduction: 3 }),
    "ASHA, from epoch 2": successiveHalving({ minResource: 2, reduction: 3 }),
    "ASHA, one in four from epoch 1": successiveHalving(),
    Hyperband: hyperband({ maxResource: EPOCHS }),
    "Hyperband, from epoch 2": hyperband({ minResource: 2, maxResource: EPOCHS }),
    median: median({ warmup: 1 }),
  };
  const rows: Row[] = [];
  for (const [name, pruner] of Object.entries(pruners)) {
    for (const window of [1, 4, 16]) rows.push(await rowOf(name, pruner, window));
  }
  const finals = [...curves.values()].map((curve) => 100 * curve.at(-1)!);
  console.log(markdownTable(rows));
  await writeResult("tuning", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx tuning.ts",
    notes: [
      `The hand signs, ${PER_CLASS} pictures a class to learn from and all others (${test.length}) to score by; the embedded backbone, a new head for 30 epochs and then its last stage for ${EPOCHS}, which are the epochs that count.`,
      `The grid: ${points.length} combinations of rate (1e-4, 3e-4, 1e-3), layer decay (0.5, 0.75, 1), weight decay (0.01, 0.1) and label smoothing (0, 0.1), each trained to its end: ${points.length * EPOCHS} epochs. Accuracies after the last epoch are from ${Math.min(...finals).toFixed(1)} to ${Math.max(...finals).toFixed(1)} %, ${mean(finals).toFixed(1)} % in the mean: a combination drawn blindly is ${(Math.max(...finals) - mean(finals)).toFixed(1)} points behind the best.`,
      `Each combination was trained once and its accuracy after every epoch kept. The searches that stop trials are replayed over these curves, in ${options.seeds} orders of the grid: training is deterministic, so that a replay is what the search would do.`,
      "A search's best is the best of the trials that came to their end. Window: how many trials may be under way at once; a trial is compared with those ended so many before it. Mean, standard deviation and the worst of the orders.",
      "ASHA and Hyperband let one in three go on where nothing else is said; from epoch 2: nothing is stopped before. Median: as `graft tune --pruner median`.",
    ],
    rows,
  });
}
