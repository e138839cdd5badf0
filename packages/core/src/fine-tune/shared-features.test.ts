import "@tensorflow/tfjs-backend-cpu";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Source } from "../data/batch.js";
import { stratifiedFolds } from "../data/folds.js";
import { subsetSource } from "../data/subset-source.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Engine } from "../engine.js";
import { memoryFeatureStore } from "../features/feature-store.js";
import { crossEntropy } from "../loss/cross-entropy.js";
import { initWeights } from "../models/init-weights.js";
import { createModel } from "../models/registry.js";
import { uniformValues } from "../random.js";
import { fineTune } from "./fine-tune.js";
import type { FineTuneEvent, FineTuneOptions } from "./options.js";
import type { Task } from "./task.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const pictures: Task = {
  key: "test/pictures",
  config: null,
  inputs: ["image"],
  enter: ({ image }) => image!,
  score: (logits, { batch }) =>
    batch.labels
      ? { loss: crossEntropy({ logits: logits as tf.Tensor2D, labels: batch.labels }) }
      : {},
};
const model = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });
const labels = Array.from({ length: 12 }, (_, i) => i % 2);

/** Each epoch shows every picture a little brighter. */
const whole: Source = {
  size: labels.length,
  load: async (indices, { epoch }) => ({
    image: {
      dtype: "float32",
      shape: [indices.length, 8, 8, 3],
      data: Float32Array.from(
        indices.flatMap((i) =>
          [...uniformValues({ seed: i, site: "image" }, 192)].map((u) => u + epoch / 10),
        ),
      ),
    },
    labels: {
      dtype: "int32",
      shape: [indices.length],
      data: Int32Array.from(indices, (i) => labels[i]!),
    },
  }),
};
/** The same samples without a memory of where they come from. */
const apart = ({ size, load }: Source): Source => ({ size, load });

async function run(given: Partial<FineTuneOptions> & Pick<FineTuneOptions, "train">) {
  const tuning = fineTune({
    engine,
    model,
    weights: initWeights(model, { seed: 5 }),
    task: pictures,
    batchSize: 4,
    head: { epochs: 2 },
    tail: { epochs: 2, rate: 1e-2 },
    ...given,
  });
  const events: FineTuneEvent[] = [];
  for await (const event of tuning) events.push(event);
  return { events, ...tuning.result() };
}

const folds = stratifiedFolds(labels, { folds: 2, seed: 1 });

test.each([
  { strategy: "probe", views: 1, made: 1 },
  { strategy: "probe", views: 2, made: 2 },
  { strategy: "gradual", views: 1, made: 3 },
] as const)(
  "$strategy, $views views: folds that share features learn what they learn alone",
  async ({ strategy, views, made }) => {
    const shared = { strategy, views, cut: "stem", store: memoryFeatureStore(), dataKey: "set" };
    let extracted = 0;
    for (const fold of folds) {
      const [train, validation] = [
        subsetSource(whole, fold.train),
        subsetSource(whole, fold.validation),
      ];
      const together = await run({ ...shared, train, validation });
      const alone = await run({
        strategy,
        views,
        cut: "stem",
        train: apart(train),
        validation: apart(validation),
      });
      const scores = ({ events }: typeof alone) =>
        events.flatMap((event) =>
          event.type === "epoch-end"
            ? [{ phase: event.phase, loss: event.loss, ...event.metrics }]
            : [],
        );
      expect(scores(together)).toEqual(scores(alone));
      expect(together.weights).toEqual(alone.weights);
      extracted += together.events.filter(
        (event) => event.type === "extract-end" && !event.cached,
      ).length;
    }
    expect(extracted).toBe(made);
  },
);

test("features serve every loss of a task that says what enters", async () => {
  const store = memoryFeatureStore();
  const made = async (task: Task) => {
    const { events } = await run({ strategy: "probe", train: whole, task, store, dataKey: "set" });
    return events.filter((event) => event.type === "extract-end" && !event.cached).length;
  };
  const one = { ...pictures, config: { loss: 1 }, entry: { size: 8 } };
  expect(await made(one)).toBe(1);
  expect(await made({ ...one, config: { loss: 2 } })).toBe(0);
  expect(await made({ ...one, entry: { size: 9 } })).toBe(1);
  // Without that word all of the config decides.
  expect(await made({ ...pictures, config: { loss: 1 } })).toBe(1);
  expect(await made({ ...pictures, config: { loss: 2 } })).toBe(1);
});

test("a kept head begins where it was, up to rounding; a new one does not", async () => {
  const weights = initWeights(model, { seed: 8 });
  const head = { epochs: 1, rate: 1e-12, weightDecay: 0 };
  const still = { strategy: "probe", train: whole, weights, head } as const;
  const kept = await run({ ...still, keepHead: true });
  kept.weights["linear.weight"]!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(weights["linear.weight"]!.data[i]!, 5);
  });
  const fresh = await run(still);
  expect(fresh.weights["linear.weight"]!.data[0]).not.toBeCloseTo(
    weights["linear.weight"]!.data[0]!,
    3,
  );
});
