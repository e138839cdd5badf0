// Heads in closed form against a trained probe, on one, two and five pictures a class: accuracy, calibration error, seconds.
//   pnpm --filter @graft-ml/benchmarks exec tsx few-shot.ts [--set NAME ...] [--draws N]
import { parseArgs } from "node:util";
import {
  accuracy,
  type Engine,
  evaluationBatches,
  extractFeatures,
  type FeatureStore,
  type FineTuned,
  type FineTuneOptions,
  featureProgram,
  fineTune,
  memoryFeatureStore,
  paramGroups,
  reliability,
  replaceHead,
  type Source,
  softmax,
  stageAfter,
  subsetSource,
  taskProgram,
  weightsOf,
} from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { type Augmentation, pictureTask } from "@graft-ml/vision";
import { pictureSource } from "@graft-ml/vision/node";
import { mean, openSet, type Pictures, pictureSets, spread, usualSets } from "./lib/classify.js";
import { openEmbedded } from "./lib/embedded.js";
import { fewPerClass } from "./lib/few-per-class.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const heads: Readonly<Record<string, Partial<FineTuneOptions>>> = {
  probe: { strategy: "probe" },
  discriminant: { strategy: "few-shot", shotsHead: "discriminant" },
  prototype: { strategy: "few-shot", shotsHead: "prototype" },
  cosine: { strategy: "few-shot", shotsHead: "cosine" },
};
/** As `graft train` augments by default. */
const augmentation: readonly Augmentation[] = [
  { kind: "random-resized-crop", scale: [0.5, 1] },
  { kind: "flip" },
];
const VIEWS = [1, 8] as const;
const SHOTS = [1, 2, 5] as const;

const { values: options } = parseArgs({
  options: {
    set: { type: "string", multiple: true, default: usualSets },
    draws: { type: "string", default: "10" },
  },
});

const network = await openEmbedded();
const task = pictureTask(network);
const CUT = network.model.stages.at(-2)!.name;

type Scores = { logits: Float32Array; labels: readonly number[]; numClasses: number };

/** Features of a set's pictures, and a source of them. */
async function plainFeatures(engine: Engine, source: Source): Promise<Source> {
  const program = featureProgram({ task, model: network.model, to: CUT });
  const weights = weightsOf(network.model, network.weights, { to: CUT });
  const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
  const rows: Float32Array[] = [];
  for await (const { features } of extractFeatures({ session, program, source, reads: task })) {
    const width = features.shape[1]!;
    for (let row = 0; row < features.shape[0]!; row++) {
      rows.push(features.data.slice(row * width, (row + 1) * width));
    }
  }
  await session.close();
  const width = rows[0]!.length;
  return {
    size: rows.length,
    load: async (indices) => {
      const data = new Float32Array(indices.length * width);
      indices.forEach((index, i) => {
        data.set(rows[index]!, i * width);
      });
      return { features: { dtype: "float32", shape: [indices.length, width], data } };
    },
  };
}

/** What a trained network's stages after the features say. */
async function logitsOf(engine: Engine, tuned: FineTuned, features: Source): Promise<Float32Array> {
  const { model, weights } = tuned;
  const from = stageAfter(model, CUT)!;
  const session = await engine.open({
    weights: weightsOf(model, weights, { from }),
    groups: paramGroups({ freeze: () => true }),
  });
  const program = taskProgram({ task, model, from });
  const result = new Float32Array(features.size * model.numClasses);
  let filled = 0;
  for await (const batch of evaluationBatches(features, { batchSize: features.size })) {
    const { outputs } = await session.run(program, batch);
    result.set(outputs.logits!.data as Float32Array, filled);
    filled += outputs.logits!.data.length;
  }
  await session.close();
  return result;
}

/** Expected calibration error in percent, in 15 bins. */
const calibrationError = ({ logits, labels, numClasses }: Scores): number =>
  100 * reliability({ scores: softmax(logits, { numClasses }), labels, numClasses }).expected;

async function measure(
  engine: Engine,
  input: {
    pictures: Pictures;
    whole: Source;
    features: Source;
    store: FeatureStore;
    views: number;
    perClass: number;
    head: Partial<FineTuneOptions>;
  },
): Promise<Row> {
  const { pictures, whole, features, store, views, perClass, head } = input;
  const { samples, classes } = pictures;
  const numClasses = classes.length;
  const outcomes: { accuracy: number; error: number; seconds: number }[] = [];
  for (let seed = 1; seed <= Number(options.draws); seed++) {
    const numbered = samples.map(({ label }, index) => ({ label, index }));
    const { train, test } = fewPerClass(numbered, { perClass, seed });
    const at = train.map(({ index }) => index);
    const tuning = fineTune({
      engine,
      task,
      model: replaceHead(network.model, numClasses),
      weights: network.weights,
      train: subsetSource(whole, at),
      views,
      store,
      dataKey: whole.size,
      seed,
      ...head,
    });
    const start = performance.now();
    for await (const _ of tuning);
    const seconds = (performance.now() - start) / 1000;
    const places = test.map(({ index }) => index);
    const logits = await logitsOf(engine, tuning.result(), subsetSource(features, places));
    const labels = test.map(({ label }) => label);
    const scores = { logits, labels, numClasses };
    outcomes.push({
      accuracy: 100 * accuracy({ scores: logits, labels, numClasses }),
      error: calibrationError(scores),
      seconds,
    });
  }
  return {
    "accuracy, %": spread(outcomes.map(({ accuracy }) => accuracy)),
    "calibration error, %": spread(outcomes.map(({ error }) => error)),
    // The first of a set works the features out for all.
    "seconds a head": mean(outcomes.slice(1).map(({ seconds }) => seconds)).toFixed(2),
  };
}

const engine = await acquire({ device: "native" });
const rows: Row[] = [];
for (const set of options.set) {
  const pictures = await openSet(set);
  const { samples, cache } = pictures;
  const source = (augmented: boolean) =>
    pictureSource({
      samples,
      preprocess: network.preprocess,
      cache,
      ...(augmented ? { augment: { steps: augmentation, seed: 0 } } : {}),
    });
  const features = await plainFeatures(engine, source(false));
  for (const views of VIEWS) {
    const [whole, store] = [source(views > 1), memoryFeatureStore()];
    for (const perClass of SHOTS) {
      for (const [name, head] of Object.entries(heads)) {
        const measured = await measure(engine, {
          pictures,
          whole,
          features,
          store,
          views,
          perClass,
          head,
        });
        rows.push({ set, "pictures a class": perClass, views, head: name, ...measured });
        console.error(JSON.stringify(rows.at(-1)));
      }
    }
  }
}
await engine.close();
console.log(markdownTable(rows));
await writeResult("few-shot-embedded", {
  command: "pnpm --filter @graft-ml/benchmarks exec tsx few-shot.ts",
  notes: [
    `Accuracy and expected calibration error (15 bins) in percent on all pictures that were not drawn: mean and standard deviation of ${options.draws} draws. Seconds of one head once features are there.`,
    "probe: 30 epochs of AdamW as `fineTune` trains by default; the others are the strategy `few-shot`. Views: 1 is the plain picture, 8 are augmented by crop and flip, further shots to a closed form and other epochs to the probe.",
    `Backbone: ${network.name}; pictures: ${options.set.map((set) => `${set} (${pictureSets[set]})`).join(", ")}.`,
  ],
  rows,
});
