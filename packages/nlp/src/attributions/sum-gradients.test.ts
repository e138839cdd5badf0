import type { Batch } from "@graft-ml/core";
import { expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { tokenBatch } from "../tokenize/token-batch.js";
import { sumGradients } from "./sum-gradients.js";

/** Gives each token its number times the portion; notes the shapes of batches. */
function summed(length: number, portions: readonly number[]) {
  const shapes: string[] = [];
  const ids = Int32Array.from({ length: 3 }, (_, at) => at + 1);
  const row = { ids, typeIds: new Int32Array(3) };
  const run = async (_: unknown, { input_ids, portion, target }: Batch) => {
    shapes.push(`${input_ids!.shape} ${target!.shape}`);
    expect([...target!.data.slice(0, 2)]).toEqual([0, 1]);
    const data = Float32Array.from(
      input_ids!.data as Int32Array,
      (id, at) => id * Number(portion!.data[Math.floor(at / length)]),
    );
    return {
      metrics: {},
      outputs: { attributions: { dtype: "float32", shape: [], data } as const },
    };
  };
  const network = {
    run,
    padded: (rows: readonly (typeof row)[]) => tokenBatch(smallTokenizer(), rows, { length }),
    outputs: async () => [],
    judge: () => {
      throw new Error("Nobody asked.");
    },
    close: async () => {},
  };
  const program = { key: "", config: {}, run: () => ({}) };
  const line = { network, program, text: row, baseline: row, index: 1, classes: 2 };
  return sumGradients(portions, line).then((sums) => ({ sums: [...sums], shapes }));
}

test("points run in batches of one shape, smaller for longer texts; the last one's empty rows do not count", async () => {
  const portions = Array.from({ length: 20 }, () => 0.5);
  const short = await summed(16, portions);
  expect(short).toEqual({ sums: [10, 20, 30], shapes: ["16,16 16,2", "16,16 16,2"] });
  const long = await summed(512, portions);
  expect(long.sums).toEqual([10, 20, 30]);
  expect(long.shapes).toEqual(Array(5).fill("4,512 4,2"));
  expect((await summed(5000, [1])).shapes).toEqual(["1,5000 1,2"]);
});
