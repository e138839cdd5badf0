import "@tensorflow/tfjs-backend-cpu";
import { createHash } from "node:crypto";
import { embedding, registerGradients } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { compile } from "../compile.js";
import { printGraph } from "../print.js";
import { integers, numbers } from "../testing/onnxruntime.js";

/** Enough rows of enough width that ONNX Runtime uses both threads. */
const [ROWS, WIDTH, VOCABULARY] = [1024, 256, 3000];

test("an embedding's gradient is the same to the bit on two threads, run after run", async () => {
  registerGradients();
  const { model, graph } = compile(
    ({ ids, dy }) => ({
      dtable: tf.grad((table) => tf.mul(tf.gather(table, ids as tf.Tensor1D), dy as tf.Tensor))(
        tf.zeros([VOCABULARY, WIDTH]),
      ),
    }),
    { ids: { shape: [ROWS], type: "int32" }, dy: { shape: [ROWS, WIDTH], type: "float32" } },
    { target: "native" },
  );
  expect(printGraph(graph)).not.toContain("ScatterND");
  const session = await InferenceSession.create(model, { intraOpNumThreads: 2 });
  const ids = integers([ROWS], 0, 40, 1).data as Int32Array;
  const dy = numbers([ROWS, WIDTH]).data as Float32Array;
  const feeds = {
    ids: new Tensor("int32", ids, [ROWS]),
    dy: new Tensor("float32", dy, [ROWS, WIDTH]),
  };
  const hashes = new Set<string>();
  let table = new Float32Array(0);
  for (let run = 0; run < 10; run++) {
    table = (await session.run(feeds)).dtable?.data as typeof table;
    hashes.add(createHash("sha256").update(table).digest("hex"));
  }
  await session.release();
  const expected = new Float64Array(40 * WIDTH);
  dy.forEach((value, index) => {
    const at = (ids[Math.floor(index / WIDTH)] as number) * WIDTH + (index % WIDTH);
    expected[at] = (expected[at] as number) + value;
  });
  expect(hashes.size).toBe(1);
  const worst = expected.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (table[index] as number))),
    0,
  );
  expect(worst).toBeLessThan(1e-4);
});

test("a small table's gradient is a product, and the padding's row stays zero", async () => {
  registerGradients();
  const { model, graph } = compile(
    ({ ids, dy }) => ({
      dtable: tf.grad((table) =>
        tf.mul(
          embedding({ weight: table as tf.Tensor2D }, ids as tf.Tensor, { paddingIndex: 1 }),
          dy as tf.Tensor,
        ),
      )(tf.zeros([4, 2])),
    }),
    { ids: { shape: [3], type: "int32" }, dy: { shape: [3, 2], type: "float32" } },
    { target: "native" },
  );
  expect(printGraph(graph)).not.toContain("Scatter");
  const session = await InferenceSession.create(model);
  const { dtable } = await session.run({
    ids: new Tensor("int32", Int32Array.of(2, 1, 2), [3]),
    dy: new Tensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]),
  });
  await session.release();
  expect(dtable?.data).toEqual(Float32Array.of(0, 0, 0, 0, 6, 8, 0, 0));
});

test("batched gathering along a later axis is refused with what works instead", () => {
  const specs = {
    x: { shape: [2, 3, 4], type: "float32" },
    at: { shape: [2, 2], type: "int32" },
  } as const;
  const run = () =>
    compile(({ x, at }) => ({ y: tf.gather(x as tf.Tensor3D, at as tf.Tensor2D, 2, 1) }), specs, {
      target: "native",
    });
  expect(run).toThrowError(
    'The tfjs kernel "GatherV2" cannot be compiled with batchDims = 1: only batchDims equal to the axis (2), or 0.',
  );
});
