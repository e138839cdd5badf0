import { adamw, type Batch, type Program, registerGradients } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { nativeRuntime } from "../node/native-runtime.js";
import { layOut } from "./layout.js";
import { lowerProgram, type Mode } from "./lower-program.js";
import type { Pass } from "./protocol.js";
import { createService, type Service } from "./service.js";

beforeAll(() => registerGradients());

const vector = (...data: number[]) =>
  ({ dtype: "float32", shape: [data.length], data: Float32Array.of(...data) }) as const;

/** loss = sum(w * g): its gradient is g, whatever w is. The buffer adds up what it sees. */
const program: Program = {
  key: "test-service",
  config: null,
  run: ({ params, buffers, batch, training }) => {
    const gradient = tf.sum(batch.g!, 0);
    return {
      loss: tf.sum(tf.mul(params.w!, gradient)) as tf.Scalar,
      metrics: { first: tf.sum(tf.slice(gradient, 0, 1)) as tf.Scalar },
      outputs: { seen: tf.add(buffers.seen!, params.frozen!) },
      ...(training ? { buffers: { seen: tf.add(buffers.seen!, gradient) } } : {}),
    };
  },
};

const options = {
  weights: { w: vector(1, 2), frozen: vector(10, 20) },
  buffers: { seen: vector(0, 0) },
  optimizer: adamw({ learningRate: 1 }),
  groups: (name: string) => ({ rate: 1, decay: 0, frozen: name === "frozen" }),
};
const layout = layOut(options);

const batchOf = (...g: [number, number]): Batch => ({
  g: { dtype: "float32", shape: [1, 2], data: Float32Array.of(...g) },
});

async function start(): Promise<{ service: Service; passOf(mode: Mode, batch: Batch): Pass }> {
  const service = createService(nativeRuntime);
  await service.hello({ threads: 1 });
  await service.open({
    session: 0,
    trainable: { w: options.weights.w.data },
    shared: {},
    buffers: { seen: options.buffers.seen.data },
    slots: [],
  });
  const loaded = new Map<Mode, Pass["manifest"]>();
  for (const mode of ["step", "run"] as const) {
    const lowered = lowerProgram({ program, mode, batch: batchOf(0, 0), layout, target: "native" });
    await service.load({ graph: mode, model: lowered.model, external: lowered.external });
    loaded.set(mode, lowered.manifest);
  }
  return {
    service,
    passOf: (mode, batch) => ({
      graph: mode,
      manifest: loaded.get(mode)!,
      fields: { g: batch.g!.data },
      draws: new Uint32Array(),
    }),
  };
}

const plain = { rate: 0.5, decay: 0, momentum: 0, nesterov: 0 };
const fused = { kind: "fused", optimizer: "sgd", scalars: { w: plain } } as const;

test("micro-batches add up: mean gradient, mean loss, buffers one after the other", async () => {
  const { service, passOf } = await start();
  const passes = [batchOf(3, 0), batchOf(0, 6), batchOf(3, 3)].map((b) => passOf("step", b));
  const { value } = await service.step({ session: 0, step: 0, passes, update: fused });
  // The mean gradient is (2, 3).
  expect(value.gradNorm).toBeCloseTo(Math.sqrt(13), 6);
  expect(value.loss).toBeCloseTo((3 + 12 + 9) / 3, 6);
  expect(value.metrics.first).toBeCloseTo(2, 6);
  const state = (await service.state({ session: 0 })).value;
  expect([...state.weights.w!]).toEqual([0, 0.5]);
  expect([...state.buffers.seen!]).toEqual([6, 9]);
  await service.end();
});

test("clipping scales the mean gradient to the norm asked for", async () => {
  const { service, passOf } = await start();
  const passes = [passOf("step", batchOf(3, 4)), passOf("step", batchOf(3, 4))];
  const request = { session: 0, step: 0, passes, clipNorm: 2.5, update: fused };
  expect((await service.step(request)).value.gradNorm).toBeCloseTo(5, 6);
  const { weights } = (await service.state({ session: 0 })).value;
  expect([...weights.w!]).toEqual([1 - 0.5 * 1.5, 2 - 0.5 * 2]);
  await service.end();
});

test("a step that isn't finite moves neither weights nor buffers", async () => {
  const { service, passOf } = await start();
  const before = (await service.state({ session: 0 })).value;
  const passes = [passOf("step", batchOf(1, 1)), passOf("step", batchOf(Number.NaN, 1))];
  const step = service.step({ session: 0, step: 6, passes, update: fused });
  await expect(step).rejects.toMatchObject({
    failure: { code: "loss-not-finite", details: { step: 7 } },
  });
  expect((await service.state({ session: 0 })).value).toEqual(before);
  await service.end();
});

test("an update on the host gets all it needs, and is put back by assign", async () => {
  const { service, passOf } = await start();
  const passes = [passOf("step", batchOf(3, 4))];
  const request = { session: 0, step: 0, passes, clipNorm: 1, update: { kind: "host" } } as const;
  const { host } = (await service.step(request)).value;
  expect([...host!.gradients.w!].map((x) => x.toFixed(6))).toEqual(["0.600000", "0.800000"]);
  expect([...host!.weights.w!]).toEqual([1, 2]);
  expect([...host!.buffers.seen!]).toEqual([3, 4]);
  expect([...(await service.state({ session: 0 })).value.buffers.seen!]).toEqual([0, 0]);
  await service.assign({
    session: 0,
    weights: { w: Float32Array.of(7, 8) },
    buffers: host!.buffers,
  });
  const { weights, buffers } = (await service.state({ session: 0 })).value;
  expect([[...weights.w!], [...buffers.seen!]]).toEqual([
    [7, 8],
    [3, 4],
  ]);
  await service.end();
});

test("a run reads what training moved; what isn't held is an error", async () => {
  const { service, passOf } = await start();
  await service.assign({ session: 0, buffers: { seen: Float32Array.of(1, 2) } });
  const pass = passOf("run", batchOf(1, 1));
  const { value } = await service.run({ session: 0, pass });
  expect(value.loss).toBe(3);
  expect(value.outputs.seen).toMatchObject({ type: "float32", shape: [2] });
  expect([...value.outputs.seen!.data]).toEqual([11, 22]);
  await service.evict({ graph: "run" });
  await expect(async () => service.run({ session: 0, pass })).rejects.toThrow(
    /"?run"? is not loaded/,
  );
  await service.close({ session: 0 });
  await expect(async () => service.state({ session: 0 })).rejects.toThrow(/session 0 is not open/);
  await service.end();
});

test("constants travel beside the model, as views of the weights themselves", () => {
  const large = { ...vector(), shape: [600], data: new Float32Array(new SharedArrayBuffer(2400)) };
  large.data.forEach((_, i) => {
    large.data[i] = i;
  });
  const { external, manifest } = lowerProgram({
    program: {
      key: "test-constants",
      config: null,
      run: ({ params, batch }) => ({ outputs: { y: tf.add(batch.x!, params.large!) } }),
    },
    mode: "run",
    batch: { x: { dtype: "float32", shape: [1, 600], data: new Float32Array(600) } },
    layout: layOut({ weights: { large } }),
    target: "native",
  });
  expect(external.map(({ data }) => data.buffer)).toEqual([large.data.buffer]);
  expect(manifest).toMatchObject({
    inputs: [{ from: "batch", key: "x", type: "float32", shape: [1, 600] }],
    outputs: [{ to: "output", key: "y", type: "float32", shape: [1, 600] }],
  });
});
