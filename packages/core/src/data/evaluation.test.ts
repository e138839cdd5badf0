import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { createEagerEngine } from "../engine/eager.js";
import type { Batch } from "../engine.js";
import type { Program } from "../program.js";
import { type Judge, judged } from "../train/judge.js";
import { arraySource } from "./array-source.js";
import { evaluationBatches } from "./evaluation.js";

const rows = (width: number, values: readonly number[]): Batch[string] => ({
  dtype: "float32",
  shape: width === 1 ? [values.length] : [values.length / width, width],
  data: Float32Array.from(values),
});

async function lastOf(fields: Batch, batchSize: number): Promise<Batch> {
  let last: Batch = {};
  for await (const batch of evaluationBatches(arraySource(fields), { batchSize })) last = batch;
  return last;
}

test("the last batch is filled with copies of weight 0", async () => {
  const last = await lastOf({ x: rows(2, [1, 2, 3, 4, 5, 6]) }, 2);
  expect([...last.x!.data]).toEqual([5, 6, 5, 6]);
  expect([...last.weight!.data]).toEqual([1, 0]);
});

test("weights of tokens stay those of the samples, and are 0 in the copies", async () => {
  const fields = { x: rows(1, [7, 8, 9]), weight: rows(2, [1, 1, 1, 0, 0, 2]) };
  const last = await lastOf(fields, 2);
  expect(last.weight).toMatchObject({ shape: [2, 2] });
  expect([...last.weight!.data]).toEqual([0, 2, 0, 0]);
});

/** The logits are the batch's own. */
const program: Program = {
  key: "given",
  config: null,
  run: ({ batch }) => ({ outputs: { logits: batch.x! } }),
};

test("a judge says how many axes it reads; samples count once, whatever their tokens weigh", async () => {
  const engine = await createEagerEngine({ backend: "cpu" });
  const session = await engine.open({ weights: {} });
  const widths: number[] = [];
  const judge: Judge = {
    rank: 3,
    add: (_, { width }) => widths.push(width),
    end: () => ({ metrics: {} }),
  };
  const x = { dtype: "float32", shape: [3, 2, 4], data: new Float32Array(24) } as const;
  const batches = () =>
    evaluationBatches(arraySource({ x, weight: rows(2, [1, 1, 0, 0, 0, 2]) }), { batchSize: 2 });
  const counts: number[] = [];
  for await (const { count } of judged({ session, program, batches: batches(), judge })) {
    counts.push(count);
  }
  expect(counts).toEqual([1, 2]);
  expect(widths).toEqual([4, 4]);
  const { rank: _, ...plain } = judge;
  const misread = judged({ session, program, batches: batches(), judge: plain });
  await expect(misread.next()).rejects.toThrow(
    /as \(batch, classes\) float32; the program gives float32 \[2, 2, 4\]/,
  );
  await engine.close();
});
