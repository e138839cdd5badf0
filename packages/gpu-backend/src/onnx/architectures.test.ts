import "@tensorflow/tfjs-backend-cpu";
import {
  type Batch,
  createEagerEngine,
  createModel,
  createPass,
  type Engine,
  type FloatWeights,
  type Model,
  type Program,
} from "@graft-ml/core";
import { formulaValues, readGolden } from "@graft-ml/core/testing";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

type Stage = { name: string; shape: number[]; length: number; product: number; samples: number[] };
type Network = { name: string; height: number; width: number; stages: Stage[] };

const { networks } = readGolden<{ networks: Network[] }>(
  import.meta.url,
  "golden/architectures.json",
);
const volume = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1);

/** As `fill` in scripts/golden/architectures.py. */
function weightsOf(model: Model): FloatWeights {
  const range = (key: string, shape: readonly number[]): [number, number] => {
    if (shape.length > 1) {
      const bound = Math.sqrt(6 / volume(shape.slice(1)));
      return [-bound, bound];
    }
    return /(running_var|weight)$/.test(key) ? [0.5, 1.5] : [-0.3, 0.3];
  };
  return Object.fromEntries(
    Object.entries(model.specs).map(([key, { shape }]) => {
      const site = `${model.architecture}/${key}`;
      const data = formulaValues(site, volume(shape), ...range(key, shape));
      return [key, { dtype: "float32", shape, data }] as const;
    }),
  );
}

/** Pictures to the output of every stage. */
const stagesProgram = (model: Model): Program => ({
  key: "test-stages",
  config: model.config,
  run({ params, batch, random }) {
    const pass = createPass({ training: false, random, buffers: {} });
    const outputs: Record<string, tf.Tensor> = {};
    let y = batch.x!;
    for (const stage of model.stages) {
      y = stage.apply(params, y, pass);
      outputs[stage.name] = y;
    }
    return { outputs };
  },
});

/**
 * The largest difference of a stage's samples, length and product, each over its size: a sample's is
 * at least the stage's mean square root, a product's the stage's length.
 */
function worst(stage: Stage, actual: Float32Array): number {
  const weights = formulaValues(`digest/${stage.name}`, actual.length);
  let [squares, product] = [0, 0];
  for (const [index, value] of actual.entries()) {
    squares += value ** 2;
    product += value * weights[index]!;
  }
  const typical = stage.length / Math.sqrt(actual.length);
  const errors = stage.samples.map((expected, index) => {
    const value = actual[(index * 2654435761) % actual.length]!;
    return Math.abs(value - expected) / Math.max(Math.abs(expected), typical);
  });
  const length = Math.abs(Math.sqrt(squares) / stage.length - 1);
  return Math.max(...errors, length, Math.abs(product - stage.product) / stage.length);
}

async function expectStages(engine: Engine, network: Network): Promise<void> {
  const { name, height, width, stages } = network;
  const model = createModel(name);
  const shape = [1, height, width, 3];
  const data = formulaValues(`${name}/x`, volume(shape));
  const batch: Batch = { x: { dtype: "float32", shape, data } };
  const session = await engine.open({
    weights: weightsOf(model),
    groups: () => ({ rate: 0, decay: 0, frozen: true }),
  });
  const { outputs } = await session.run(stagesProgram(model), batch);
  await session.close();
  expect(Object.keys(outputs)).toEqual(stages.map((stage) => stage.name));
  for (const stage of stages) {
    const { data: values, shape: found } = outputs[stage.name]!;
    expect(found, stage.name).toEqual(stage.shape);
    expect(worst(stage, values as Float32Array), stage.name).toBeLessThan(1e-4);
  }
}

const named = networks.map((network): [string, Network] => [network.name, network]);

describe("every stage of torchvision's networks, compiled", () => {
  let native: Engine;
  beforeAll(async () => {
    native = await createNativeEngine({ threads: 2 });
  });
  afterAll(() => native.close());

  test.each(named)("%s", (_, network) => expectStages(native, network), 240_000);
});

/** One of each family: tfjs alone needs seconds for each, and benchmarks/architectures.ts compares all. */
const plain = named.filter(([name]) => name === "vgg16_bn" || name === "resnet50");

describe("every stage of torchvision's networks, eager", () => {
  let eager: Engine;
  beforeAll(async () => {
    eager = await createEagerEngine({ backend: "cpu" });
  });
  afterAll(() => eager.close());

  test.each(plain)("%s", (_, network) => expectStages(eager, network), 240_000);
});
