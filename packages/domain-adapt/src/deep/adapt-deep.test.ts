import "@tensorflow/tfjs-backend-cpu";
import {
  arraySource,
  createEagerEngine,
  type Engine,
  evaluate,
  evaluationBatches,
  type FloatWeights,
  featuresTask,
  linear,
  type Model,
  normalValues,
  pickWeights,
  relu,
  type Source,
  type TrainCheckpoint,
  type TrainEvent,
  taskProgram,
} from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { adaptDeep } from "./adapt-deep.js";
import type { AdaptDeepOptions } from "./adapt-deep-options.js";
import { type AdaptationName, adaptationNames, deepAdaptation } from "./adaptations.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const [WIDTH, HIDDEN] = [4, 16];

/** Where the classes of a sample lie: apart along one axis that the target turns, or along a shortcut as well. */
type Shift = "turned" | "shortcut";
const TURN = (75 / 180) * Math.PI;

function placeOf(
  shift: Shift,
  isTarget: boolean,
  axis: number,
  sign: number,
  noise: number,
): number {
  if (shift === "turned") {
    const turn = isTarget ? TURN : 0;
    return sign * 2 * ([Math.cos(turn), Math.sin(turn)][axis] ?? 0) + 0.7 * noise;
  }
  if (axis === 0) return sign * 1.5 + 0.7 * noise;
  // In the target the shortcut is loud, and says nothing.
  if (axis === 1) return isTarget ? 3 * noise : sign * 2 + 0.4 * noise;
  return noise;
}

function domain(shift: Shift, name: "source" | "target", count = 256): Source {
  const noise = normalValues({ seed: 3, site: name }, count * WIDTH);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const data = noise.map((value, at) => {
    const sign = Math.floor(at / WIDTH) % 2 === 0 ? -1 : 1;
    return placeOf(shift, name === "target", at % WIDTH, sign, value);
  });
  return arraySource({
    features: { dtype: "float32", shape: [count, WIDTH], data },
    labels: { dtype: "int32", shape: [count], data: labels },
  });
}

const task = featuresTask();
const uniform = { kind: "kaiming-uniform" } as const;
const zero = { kind: "constant", value: 0 } as const;
const at = (params: Readonly<Record<string, tf.Tensor>>, name: string) => ({
  weight: params[`${name}.weight`] as tf.Tensor2D,
  bias: params[`${name}.bias`] as tf.Tensor1D,
});
const model: Model = {
  architecture: "two-layers",
  config: { architecture: "two-layers" },
  specs: {
    "body.weight": { shape: [HIDDEN, WIDTH], role: "param", init: uniform },
    "body.bias": { shape: [HIDDEN], role: "param", init: zero },
    "head.weight": { shape: [2, HIDDEN], role: "param", init: uniform },
    "head.bias": { shape: [2], role: "param", init: zero },
  },
  stages: [
    { name: "body", prefixes: ["body"], apply: (p, x) => relu(linear(at(p, "body"), x)) },
    { name: "head", prefixes: ["head"], apply: (p, x) => linear(at(p, "head"), x) },
  ],
  classifier: "head",
  numClasses: 2,
  numFeatures: HIDDEN,
  trunk: { stage: "body", channels: HIDDEN },
};

async function adapted(more: Partial<AdaptDeepOptions> = {}) {
  const events: TrainEvent[] = [];
  const adapting = adaptDeep({
    engine,
    model,
    task,
    source: domain("shortcut", "source"),
    target: domain("shortcut", "target"),
    method: "dann",
    adaptation: { hidden: 16 },
    epochs: 30,
    rate: 1e-2,
    batchSize: 32,
    seed: 1,
    ...more,
  });
  for await (const event of adapting) events.push(event);
  return { events, ...adapting.result() };
}

async function accuracyOf(weights: FloatWeights, target: Source): Promise<number> {
  const session = await engine.open({ weights });
  const program = taskProgram({ task, model });
  const batches = evaluationBatches(target, { batchSize: 64 });
  for await (const event of evaluate({ session, program, batches })) {
    if (event.type === "eval-end") {
      await session.close();
      return event.accuracy;
    }
  }
  return 0;
}

const cases: readonly [
  method: AdaptDeepOptions["method"] & string,
  shift: Shift,
  weight: number,
][] = [
  ["dann", "shortcut", 3],
  ["cdan", "shortcut", 3],
  ["cdan-e", "shortcut", 3],
  ["deep-coral", "shortcut", 100],
  ["dan", "turned", 3],
  ["jan", "turned", 3],
  ["mcc", "turned", 1],
  ["entropy", "turned", 0.1],
];

const accuracies = new Map<Shift, number>();

/** The target's accuracy of a network that learned from the source alone. */
async function alone(shift: Shift): Promise<number> {
  const domains = { source: domain(shift, "source"), target: domain(shift, "target") };
  const known = accuracies.get(shift);
  if (known !== undefined) return known;
  const { weights } = await adapted({ ...domains, method: "entropy", weight: 0 });
  const accuracy = await accuracyOf(weights, domains.target);
  accuracies.set(shift, accuracy);
  return accuracy;
}

describe("a method on a shift that it is for is better on the target than the source alone", () => {
  it.each(cases)("%s, %s", async (method, shift, weight) => {
    const domains = { source: domain(shift, "source"), target: domain(shift, "target") };
    const better = await adapted({ ...domains, method, weight });
    const accuracy = await accuracyOf(better.weights, domains.target);
    expect(accuracy - (await alone(shift))).toBeGreaterThan(0.04);
  });
});

/** Augments: each sample is moved a little, anew in every epoch. */
const jittered = (plain: Source, size: number): Source => ({
  size: plain.size,
  load: async (indices, context) => {
    const { features, ...rest } = await plain.load(indices, context);
    const noise = normalValues(
      { seed: indices[0]!, step: context.epoch, site: "jitter" },
      features!.data.length,
    );
    const data = Float32Array.from(features!.data, (value, i) => value + size * noise[i]!);
    return { ...rest, features: { dtype: "float32", shape: features!.shape, data } };
  },
});

test("a mean teacher of jittered samples is better on the target than they alone", async () => {
  const accuracyAt = async (weight: number) => {
    const { weights } = await adapted({
      source: jittered(domain("turned", "source"), 0.5),
      target: jittered(domain("turned", "target"), 0.5),
      method: "mean-teacher",
      teacher: { decay: 0.95 },
      weight,
    });
    return accuracyOf(weights, domain("turned", "target"));
  };
  expect((await accuracyAt(10)) - (await accuracyAt(0))).toBeGreaterThan(0.04);
});

const short = {
  epochs: 2,
  source: domain("turned", "source", 40),
  target: domain("turned", "target", 24),
};

test.each(adaptationNames)(
  "%s trains to finite weights that are the model's own",
  async (method) => {
    const { events, weights } = await adapted({ ...short, method, clipNorm: 1 });
    expect(Object.keys(weights)).toEqual(Object.keys(model.specs));
    for (const { data } of Object.values(weights)) expect(data.every(Number.isFinite)).toBe(true);
    const steps = events.flatMap((event) => (event.type === "step-end" ? [event] : []));
    expect(steps).toHaveLength(4);
    for (const { loss, metrics } of steps) {
      const { taskLoss = 0, penalty = 0 } = metrics;
      const { weight } = deepAdaptation(method, { features: HIDDEN, classes: 2 });
      expect(loss).toBeCloseTo(taskLoss + weight * penalty, 4);
    }
  },
);

test("a product of features and classes that is too wide is projected by matrices that stay as they are", () => {
  const wide = deepAdaptation("cdan", { features: 30, classes: 4, widest: 100 });
  expect(wide.specs["projection.features"]!.shape).toEqual([30, 100]);
  expect(wide.specs["projection.classes"]!.shape).toEqual([4, 100]);
  expect(wide.specs["discriminator.0.weight"]!.shape).toEqual([256, 100]);
  expect(Object.keys(wide.specs).filter((name) => wide.fixed?.(name))).toHaveLength(2);
  const whole = deepAdaptation("cdan", { features: 25, classes: 4, widest: 100 });
  expect(whole.specs["discriminator.0.weight"]!.shape).toEqual([256, 100]);
  expect(Object.keys(whole.specs)).toHaveLength(6);
});

test("a run that was cut goes on to the same bytes, and the target's labels change nothing", async () => {
  const whole = await adapted({ ...short, epochs: 3 });
  const saved: TrainCheckpoint[] = [];
  const checkpoint = {
    everySteps: 3,
    save: async (point: TrainCheckpoint) => void saved.push(point),
  };
  await adapted({ ...short, epochs: 3, checkpoint });
  const point = saved.find(({ step }) => step === 3)!;
  const { weights } = await adapted({ ...short, epochs: 3, resume: point });
  expect(weights).toEqual(whole.weights);
  const unlabelled: Source = {
    size: short.target.size,
    load: async (indices, context) => {
      const { features } = await short.target.load(indices, context);
      return { features: features! };
    },
  };
  expect((await adapted({ ...short, epochs: 3, target: unlabelled })).weights).toEqual(
    whole.weights,
  );
});

test("what is frozen stays, and a missing head is drawn", async () => {
  const { weights: all } = await adapted(short);
  const body = pickWeights(all, (name) => name.startsWith("body"));
  const { weights } = await adapted({ ...short, weights: body, cut: "body", method: "mcc" });
  expect(weights["body.weight"]).toEqual(body["body.weight"]);
  expect(weights["head.weight"]).not.toEqual(all["head.weight"]);
});

test("validation is scored after each epoch", async () => {
  const { events } = await adapted({ ...short, validation: short.target });
  const scored = events.flatMap((event) => (event.type === "epoch-end" ? [event.metrics] : []));
  expect(scored).toHaveLength(2);
  for (const { accuracy } of scored) expect(accuracy).toBeGreaterThanOrEqual(0);
});

describe("what can't be adapted is told", () => {
  const failure = (more: Partial<AdaptDeepOptions>) =>
    adapted({ ...short, ...more }).then(
      () => "nothing",
      ({ message }: Error) => message,
    );
  const named = { features: HIDDEN, classes: 2 };
  it.each<[string, Partial<AdaptDeepOptions>, RegExp]>([
    [
      "an unknown method",
      { method: "magic" as AdaptationName },
      /no deep adaptation "magic".*dann/,
    ],
    ["weights of another model", { weights: {} }, /lack "body.weight"/],
    ["a feature stage that is not there", { featuresAt: "neck" }, /no stage "neck"/],
    [
      "a weight of one name",
      { method: { ...deepAdaptation("dann", named), specs: model.specs } },
      /"body.weight" is the model's and the method "dann"'s/,
    ],
    ["a ramp that is not a number", { ramp: () => Number.NaN }, /ramp gave NaN/],
    [
      "features of another width",
      { adaptation: { features: 3 } },
      /discriminator.* 3 wide.*\[32,16\]/,
    ],
    [
      "a target without inputs",
      {
        target: arraySource({
          other: { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) },
        }),
      },
      /no field "features"; it has other/,
    ],
  ])("%s", async (_, more, message) => {
    expect(await failure(more)).toMatch(message);
  });

  it("a result before the end, and an abort", async () => {
    const early = adaptDeep({ engine, model, task, ...short, method: "mcc" });
    expect(() => early.result()).toThrow(/has not ended/);
    expect(await failure({ signal: AbortSignal.abort() })).toMatch(/stopped|aborted/);
  });
});
