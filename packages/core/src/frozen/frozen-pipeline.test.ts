import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { createEagerEngine } from "../engine/eager.js";
import { featureSource } from "../features/feature-source.js";
import { memoryFeatureStore } from "../features/feature-store.js";
import { fewShotProbabilities } from "../few-shot/few-shot-head.js";
import { fitFewShotHead } from "../few-shot/fit-few-shot-head.js";
import { featuresTask } from "../fine-tune/features-task.js";
import { fineTune } from "../fine-tune/fine-tune.js";
import { taskProgram } from "../fine-tune/task.js";
import { linearModel } from "../models/linear-model.js";
import { type FrozenPipeline, frozenPipeline } from "./frozen-pipeline.js";
import { clientPicture, picturePipeline, textPipeline } from "./testing.js";

const texts = ["aaa", "b", "zz", "b", "aab", "zzzz"];
const labels = Int32Array.of(0, 0, 1, 0, 0, 1);
const fields = { labels: { dtype: "int32", shape: [6], data: labels } } as const;

async function tableOf(backbone: FrozenPipeline, ...input: Parameters<FrozenPipeline["table"]>) {
  const events = [];
  const running = backbone.table(...input);
  for (;;) {
    const { done, value } = await running.next();
    if (done) return { table: value, events };
    events.push(value);
  }
}

test("a sample that comes twice runs once, in batches of like length", async () => {
  const { batches, pipeline } = textPipeline();
  const backbone = frozenPipeline(pipeline, { batchSize: 2 });
  const { data, shape } = await backbone.features(texts);
  expect(shape).toEqual([6, 4]);
  expect(batches).toEqual([["b", "zz"], ["aaa", "aab"], ["zzzz"]]);
  const code = (letter: string) => letter.charCodeAt(0);
  expect(data.filter((_, at) => at % 4 === 0)).toEqual(
    Float32Array.of(97, 98, code("z"), 98, (2 * 97 + 98) / 3, code("z")),
  );
  const unit = await frozenPipeline(pipeline, { normalize: true }).features(["a", "zz"]);
  for (const row of [unit.data.subarray(0, 4), unit.data.subarray(4)]) {
    expect(Math.hypot(...row)).toBeCloseTo(1, 6);
  }
});

test("tables are found again by content, model and choices, with the fields of the day", async () => {
  const { batches, pipeline } = textPipeline();
  const store = memoryFeatureStore();
  const open = (options: object) => frozenPipeline(pipeline, { store, modelKey: "m", ...options });
  const first = await tableOf(open({}), texts, { fields });
  expect(first.events.at(-1)).toEqual({ type: "extract-end", count: 6, cached: false });
  expect(first.events[0]).toEqual({ type: "extract-progress", count: 5, total: 5 });
  const again = await tableOf(open({}), texts);
  expect(again.events).toEqual([{ type: "extract-end", count: 6, cached: true }]);
  expect(again.table.fields).toEqual({});
  expect(await again.table.read([5, 0])).toEqual(await first.table.read([5, 0]));
  expect(batches).toHaveLength(1);
  await tableOf(open({}), texts.toReversed());
  await tableOf(open({ pooling: "cls" }), texts);
  await tableOf(open({ modelKey: "n" }), texts);
  await tableOf(frozenPipeline(pipeline, { store }), texts);
  await tableOf(frozenPipeline(pipeline, { store }), texts);
  expect(batches).toHaveLength(6);
});

test("pictures are known by their pixels; places need a name", async () => {
  const { batches, pipeline } = picturePipeline();
  const backbone = frozenPipeline(pipeline);
  const pictures = () => [clientPicture(1, 2, 3), clientPicture(7, 8, 9)];
  await tableOf(backbone, pictures());
  expect((await tableOf(backbone, pictures())).events).toHaveLength(1);
  expect(batches).toHaveLength(1);
  const places = Object.assign(
    async (files: string[]) => ({
      type: "float32",
      dims: [files.length, 1],
      data: Float32Array.from(files, (file) => file.length),
    }),
    { task: "image-feature-extraction", model: {} },
  );
  const found = async (dataKey?: string) => {
    const { events } = await tableOf(named, ["a.png", "bb.png"], dataKey ? { dataKey } : {});
    return events.length === 1;
  };
  const named = frozenPipeline(places);
  expect([await found(), await found(), await found("x"), await found("x")]).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test("heads learn from them: in closed form, and as a probe", async () => {
  const backbone = frozenPipeline(textPipeline().pipeline);
  const features = await backbone.features(texts);
  const head = fitFewShotHead({ features, labels, numClasses: 2 });
  const told = fewShotProbabilities(head, await backbone.features(["aba", "zzz"]));
  expect(told[0]).toBeGreaterThan(0.5);
  expect(told[3]).toBeGreaterThan(0.5);
  const { table } = await tableOf(backbone, texts, { fields });
  const model = linearModel({ numFeatures: 4, numClasses: 2 });
  const engine = await createEagerEngine({ backend: "cpu" });
  const task = featuresTask();
  for (const strategy of ["probe", "few-shot"] as const) {
    const train = featureSource(table);
    const head = { epochs: 60, rate: 0.1 };
    const tuning = fineTune({ engine, model, task, train, strategy, head, weights: {} });
    for await (const _ of tuning);
    const tuned = tuning.result();
    const session = await engine.open({ weights: tuned.weights });
    const { outputs } = await session.run(taskProgram({ task, model: tuned.model }), { features });
    const { data } = outputs.logits!;
    const guesses = texts.map((_, at) => Number(Number(data[2 * at + 1]) > Number(data[2 * at])));
    expect(guesses, strategy).toEqual([...labels]);
  }
  await engine.close();
});

test("what can't be is told", async () => {
  const { pipeline } = textPipeline();
  expect(() => frozenPipeline(pipeline, { batchSize: 0 })).toThrow(/`batchSize` is 0/);
  const backbone = frozenPipeline(pipeline);
  await expect(backbone.features([])).rejects.toThrow(/no samples/);
  await expect(tableOf(backbone, ["a"], { fields })).rejects.toThrow(/"labels" has 6 rows for 1/);
  const signal = AbortSignal.abort();
  await expect(backbone.features(["a"], { signal })).rejects.toThrow(/stopped after 0/);
});
