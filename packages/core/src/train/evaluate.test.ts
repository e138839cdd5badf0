import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import type { Source } from "../data/batch.js";
import { evaluationBatches } from "../data/evaluation.js";
import { createEagerEngine } from "../engine/eager.js";
import { isGraftError } from "../errors.js";
import type { Program } from "../program.js";
import { leakedTensors } from "../testing/leaks.js";
import { type EvaluateEvent, evaluate } from "./evaluate.js";

/** The scores are the batch's own. */
const program: Program = {
  key: "scores",
  config: null,
  run: ({ batch }) => ({ outputs: { logits: batch.scores! } }),
};

const scores = [
  [2, 1, 0],
  [0, 3, 0],
  [1, 0, 0],
  [0, 0, 5],
  [0, 1, 0],
];
const labels = [0, 1, 1, 2, 1];
const samples: Source = {
  size: 5,
  load: async (indices) => ({
    scores: {
      dtype: "float32",
      shape: [indices.length, 3],
      data: Float32Array.from(indices.flatMap((i) => scores[i]!)),
    },
    labels: {
      dtype: "int32",
      shape: [indices.length],
      data: Int32Array.from(indices, (i) => labels[i]!),
    },
  }),
};

async function run(input: {
  batchSize: number;
  source?: Source;
  signal?: AbortSignal;
  program?: Program;
}): Promise<EvaluateEvent[]> {
  const engine = await createEagerEngine({ backend: "cpu" });
  const session = await engine.open({ weights: {} });
  const events: EvaluateEvent[] = [];
  const batches = evaluationBatches(input.source ?? samples, input);
  const signal = input.signal ? { signal: input.signal } : {};
  try {
    for await (const event of evaluate({ session, program, batches, ...input, ...signal })) {
      events.push(event);
    }
  } finally {
    await engine.close();
  }
  return events;
}

test.each([1, 2, 5, 8])("scores do not depend on the batch size (%i)", async (batchSize) => {
  let events: EvaluateEvent[] = [];
  const leaked = await leakedTensors(async () => {
    events = await run({ batchSize });
  });
  expect(leaked).toBe(0);
  const end = events.at(-1);
  if (end?.type !== "eval-end") throw new Error("no end");
  const losses = scores.map((row, i) => {
    const sum = row.reduce((total, score) => total + Math.exp(score), 0);
    return Math.log(sum) - row[labels[i]!]!;
  });
  expect(end.loss).toBeCloseTo(losses.reduce((a, b) => a + b) / 5, 6);
  expect(end.accuracy).toBe(0.8);
  expect(end.count).toBe(5);
  expect(end.confusion).toEqual([
    [1, 0, 0],
    [1, 2, 0],
    [0, 0, 1],
  ]);
  expect(end.macroF1).toBeCloseTo((2 / 3 + 0.8 + 1) / 3, 12);
  const last = events.at(-2);
  expect(last).toEqual({ type: "eval-progress", count: 5 });
});

test("a sample's weight counts in loss and accuracy", async () => {
  const source: Source = {
    size: 5,
    load: async (indices, context) => ({
      ...(await samples.load(indices, context)),
      weight: {
        dtype: "float32",
        shape: [indices.length],
        data: Float32Array.from(indices, (i) => (i === 2 ? 4 : 1)),
      },
    }),
  };
  const end = (await run({ batchSize: 3, source })).at(-1);
  expect(end?.type === "eval-end" && end.accuracy).toBe(0.5);
});

test("abort, a missing output, missing labels and a loss that is not finite are told", async () => {
  const codeOf = async (work: Promise<unknown>) => {
    const error = await work.catch((caught: unknown) => caught);
    return isGraftError(error) ? error.code : error;
  };
  expect(await codeOf(run({ batchSize: 2, signal: AbortSignal.abort() }))).toBe("aborted");
  const silent: Program = { key: "silent", config: null, run: () => ({}) };
  expect(await codeOf(run({ batchSize: 2, program: silent }))).toBe("program-invalid");
  const unlabelled: Source = {
    size: 1,
    load: async () => ({ scores: { dtype: "float32", shape: [1, 3], data: new Float32Array(3) } }),
  };
  expect(await codeOf(run({ batchSize: 1, source: unlabelled }))).toBe("batch-invalid");
  const broken: Source = {
    size: 1,
    load: async (indices, context) => ({
      ...(await samples.load(indices, context)),
      scores: { dtype: "float32", shape: [1, 3], data: new Float32Array(3).fill(Number.NaN) },
    }),
  };
  expect(await codeOf(run({ batchSize: 1, source: broken }))).toBe("loss-not-finite");
});
