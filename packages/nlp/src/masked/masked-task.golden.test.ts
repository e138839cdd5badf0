import "@tensorflow/tfjs-backend-cpu";
import {
  type Batch,
  bertFromConfig,
  createEagerEngine,
  type Engine,
  judged,
  sgd,
  taskProgram,
} from "@graft-ml/core";
import {
  type BertGolden,
  bertGoldenBatch,
  bertGoldenWeights,
  digestError,
  readGolden,
} from "@graft-ml/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { maskedJudge } from "./masked-judge.js";
import { maskedLanguageTask } from "./masked-task.js";

type Case = Pick<BertGolden, "name" | "config" | "batch"> & {
  readonly positions: number[][];
  readonly labels: number[][];
  readonly weights: number[][];
  readonly loss: number;
  readonly accuracy: number;
  readonly gradients: Readonly<Record<string, number[]>>;
};
const { cases } = readGolden<{ cases: Case[] }>(import.meta.url, "golden/masked-language.json");

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const NO_DROPOUT = {
  ...{ hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 },
  ...{ dropout: 0, attention_dropout: 0 },
};

function batchOf(golden: Case): Batch {
  const shape = [2, 3];
  const { labels: _, ...texts } = golden;
  const whole = (rows: number[][]) => ({
    dtype: "int32" as const,
    shape,
    data: Int32Array.from(rows.flat()),
  });
  return {
    ...bertGoldenBatch({ ...texts, keys: [], stages: {} }),
    masked_positions: whole(golden.positions),
    masked_labels: whole(golden.labels),
    masked_weights: { dtype: "float32", shape, data: Float32Array.from(golden.weights.flat()) },
  };
}

const sessionOf = (golden: Case) => {
  const model = bertFromConfig({ ...golden.config, ...NO_DROPOUT });
  const program = taskProgram({ task: maskedLanguageTask(), model });
  const weights = bertGoldenWeights(model, golden.name);
  const optimizer = sgd({ learningRate: 1, momentum: 0.9 });
  return engine.open({ weights, optimizer }).then((session) => ({ session, program }));
};

describe.each(cases)("$name against PyTorch", (golden) => {
  test("loss, accuracy and all gradients, the tied matrix's included", async () => {
    const { session, program } = await sessionOf(golden);
    const result = await session.step(program, [batchOf(golden)]);
    const { optimizer } = await session.snapshot();
    await session.close();
    expect(result.loss).toBeCloseTo(golden.loss, 4);
    expect(result.metrics.accuracy).toBeCloseTo(golden.accuracy, 6);
    const scale = Math.max(...Object.values(golden.gradients).map(([length]) => length!));
    for (const [key, expected] of Object.entries(golden.gradients)) {
      // What the first step leaves in the momentum is the gradient itself.
      const { data } = optimizer!.state.momentum![key]!;
      const unit = Math.max(expected[0]!, scale * 1e-3);
      expect(digestError(key, data, expected, unit), key).toBeLessThan(1e-4);
    }
  });

  test("the judge's loss is the same; rows that fill a batch up count for nothing", async () => {
    const { session, program } = await sessionOf(golden);
    const verdictOf = async (weight: number[]) => {
      async function* batches() {
        const data = Float32Array.from(weight);
        yield { ...batchOf(golden), weight: { dtype: "float32" as const, shape: [2], data } };
      }
      const events = judged({ session, program, batches: batches(), judge: maskedJudge() });
      for (;;) {
        const { done, value } = await events.next();
        if (done) return value;
      }
    };
    const { metrics, words } = await verdictOf([1, 1]);
    expect(words).toBe(4);
    expect(metrics.loss).toBeCloseTo(golden.loss, 4);
    expect(metrics.perplexity).toBeCloseTo(Math.exp(metrics.loss), 6);
    expect(metrics.accuracy).toBeCloseTo(golden.accuracy, 6);
    expect((await verdictOf([1, 0])).words).toBe(3);
    await session.close();
  });
});
