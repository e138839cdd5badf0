// Which score without labels of a target tells the trainings of a search apart: trainings on one kind of pictures, scored on the others.
//   pnpm --filter @graft-ml/benchmarks exec tsx tuning-target.ts [--keep FILE]
import { parseArgs } from "node:util";
import {
  evaluationBatches,
  type FloatWeights,
  judged,
  type Model,
  permutation,
  replaceHead,
  taskProgram,
} from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";
import {
  clusterScore,
  clustersOf,
  informationScore,
  neighbourhoodDensityScore,
  nuclearNormScore,
  validatorQuality,
} from "@graft-ml/domain-adapt";
import { acquire } from "@graft-ml/gpu-backend";
import { pictureTask, trainClassifier } from "@graft-ml/vision";
import { pictureSource } from "@graft-ml/vision/node";
import { mean } from "./lib/classify.js";
import { openEmbedded } from "./lib/embedded.js";
import { keeper } from "./lib/keep.js";
import { artDomain, artNames, artPictures } from "./lib/picture-domains.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const { values: options } = parseArgs({ options: { keep: { type: "string" } } });
const EPOCHS = 10;
const RATES = [1e-4, 3e-4, 1e-3, 3e-3];
const STRATEGIES = ["probe", "finetune"] as const;
const CLASSES = 7;

/** The scores of one training on one target, and its true accuracy there. */
type Told = Readonly<Record<string, number>>;

const kept = keeper<Told>(options.keep);
const engine = await acquire({ device: "native", threads: 1 });
const network = await openEmbedded();
const domains = new Map(
  await Promise.all(
    artNames.map(async (name) => {
      const [pictures, features] = [await artPictures(name), await artDomain(name, engine)];
      return [name, { ...pictures, ...features }] as const;
    }),
  ),
);

const found = new Map<string, Told[]>();
for (const from of artNames) {
  for (const strategy of STRATEGIES) {
    for (const rate of RATES) {
      let trained: ReturnType<typeof train> | undefined;
      for (const to of artNames.filter((name) => name !== from)) {
        const told = await kept(`${from}-${to}/${strategy}/${rate}`, async () => {
          trained ??= train(from, { strategy, rate });
          return scoresOf(await trained, { from, to });
        });
        found.set(`${from}-${to}`, [...(found.get(`${from}-${to}`) ?? []), told]);
      }
      console.error(from, strategy, rate);
    }
  }
}
await engine.close();
const rows = rowsOf();
console.log(markdownTable(rows));
await writeResult("tuning-target", {
  command: "pnpm --filter @graft-ml/benchmarks exec tsx tuning-target.ts",
  notes: [
    `PACS, 40 pictures a class and domain; the embedded backbone, trained on four fifths of one domain for ${EPOCHS} epochs as a probe and fine-tuned, at the rates ${RATES.join(", ")}: ${STRATEGIES.length * RATES.length} trainings for each of ${found.size} pairs of domains.`,
    "Each score orders the trainings of a pair without the target's labels. Correlation: Spearman's, with the true accuracy on the target, the mean over pairs. Behind: points by which its first training is behind the best one, the mean and the worst over pairs. Source accuracy: on the fifth of the source that was set apart.",
    `A training drawn blindly is ${blindly().toFixed(1)} points behind the best one.`,
  ],
  rows,
});

type Trained = { readonly model: Model; readonly weights: FloatWeights };

async function train(
  from: string,
  { strategy, rate }: { strategy: (typeof STRATEGIES)[number]; rate: number },
): Promise<Trained> {
  const { preprocess, weights } = network;
  const model = replaceHead(network.model, CLASSES);
  const phase = { epochs: EPOCHS, rate };
  const training = trainClassifier({
    ...{ engine, model, weights, preprocess, strategy, seed: 1 },
    train: sourceOf(from, partsOf(from).train),
    ...(strategy === "probe" ? { head: phase } : { tail: phase }),
  });
  for await (const _ of training);
  return training.result();
}

/** Places of the samples that are learned from, and of those that are set apart. */
function partsOf(name: string) {
  const { samples } = domains.get(name)!;
  const order = [...permutation(1, 0, samples.length)];
  const count = Math.floor(0.8 * order.length);
  return { train: order.slice(0, count), apart: order.slice(count) };
}

function sourceOf(name: string, places?: readonly number[]) {
  const { samples, cache } = domains.get(name)!;
  const own = places ? places.map((at) => samples[at]!) : samples;
  return pictureSource({ samples: own, preprocess: network.preprocess, cache });
}

async function scoresOf(
  trained: Trained,
  { from, to }: { from: string; to: string },
): Promise<Told> {
  const { apart } = partsOf(from);
  const [source, target] = [domains.get(from)!, domains.get(to)!];
  const logits = await logitsOf(trained, sourceOf(to));
  const own = topsOf(await logitsOf(trained, sourceOf(from, apart)));
  const predicted = topsOf(logits);
  const probabilities = softmax(logits);
  const clusters = clustersOf({
    source: source.features,
    target: target.features,
    labels: source.labels,
    numClasses: CLASSES,
  });
  const information = informationScore(probabilities);
  const followed = clusterScore(predicted, { ...clusters, most: Number.POSITIVE_INFINITY });
  return {
    truth: shareOf(predicted, target.labels),
    "source accuracy": shareOf(
      own,
      apart.map((at) => source.labels[at]!),
    ),
    clusters: clusterScore(predicted, clusters),
    "clusters, without a most": followed,
    information,
    "nuclear norm": nuclearNormScore(probabilities),
    density: neighbourhoodDensityScore(probabilities),
    "clusters times information": followed * information,
  };
}

async function logitsOf(
  { model, weights }: Trained,
  source: ReturnType<typeof sourceOf>,
): Promise<Matrix> {
  const session = await engine.open({ weights });
  const program = taskProgram({ task: pictureTask({ preprocess: network.preprocess }), model });
  const data: number[] = [];
  const judging = judged({
    ...{ session, program, batches: evaluationBatches(source, { batchSize: 32 }) },
    judge: {
      add: ({ weight }, { data: logits, width }) => {
        for (let row = 0; row * width < logits.length; row++) {
          if (weight && weight.data[row] === 0) continue;
          data.push(...logits.subarray(row * width, (row + 1) * width));
        }
      },
      end: () => ({ metrics: {} }),
    },
  });
  for await (const _ of judging);
  await session.close();
  return { rows: data.length / CLASSES, columns: CLASSES, data: Float64Array.from(data) };
}

function rowsIn({ data, rows, columns }: Matrix): readonly Float64Array[] {
  return Array.from({ length: rows }, (_, row) =>
    data.subarray(row * columns, (row + 1) * columns),
  );
}

function topsOf(logits: Matrix): number[] {
  return rowsIn(logits).map((row) => row.indexOf(Math.max(...row)));
}

function softmax(logits: Matrix): Matrix {
  const data = rowsIn(logits).flatMap((row) => {
    const powers = [...row].map((value) => Math.exp(value - Math.max(...row)));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / sum);
  });
  return { ...logits, data: Float64Array.from(data) };
}

function shareOf(told: readonly number[], labels: ArrayLike<number>): number {
  return (100 * told.filter((label, at) => label === labels[at]).length) / told.length;
}

function rowsOf(): Row[] {
  const [first] = [...found.values()].flat();
  const names = Object.keys(first!).filter((name) => name !== "truth");
  return names.map((name): Row => {
    const qualities = [...found.values()].map((trainings) =>
      validatorQuality(
        trainings.map((told) => told[name]!),
        trainings.map(({ truth }) => truth!),
      ),
    );
    const correlations = qualities
      .map(({ spearman }) => spearman)
      .filter((value) => !Number.isNaN(value));
    const behind = qualities.map(({ regret }) => regret);
    return {
      score: name,
      correlation: mean(correlations).toFixed(2),
      "behind, points": mean(behind).toFixed(1),
      "at worst": Math.max(...behind).toFixed(1),
    };
  });
}

function blindly(): number {
  const gaps = [...found.values()].map((trainings) => {
    const truths = trainings.map(({ truth }) => truth!);
    return Math.max(...truths) - mean(truths);
  });
  return mean(gaps);
}
