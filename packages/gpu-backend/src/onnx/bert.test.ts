import { readFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-cpu";
import {
  type Batch,
  createBert,
  createEagerEngine,
  type Engine,
  initWeights,
  modelFromConfig,
  sgd,
} from "@graft-ml/core";
import {
  type BertGolden,
  bertGoldenBatch,
  bertGoldenWeights,
  digestError,
  formulaValues,
  stageError,
} from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";
import { textProgram } from "../testing/text-program.js";

let native: Engine;
beforeAll(async () => {
  native = await createNativeEngine({ threads: 2 });
});
afterAll(() => native.close());

const read = (path: string): BertGolden[] =>
  (JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as { cases: BertGolden[] })
    .cases;

/** Without dropout, so that a training step computes what the golden files hold. */
function modelOf({ config }: BertGolden) {
  const rates = [
    ...["hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"],
    ...["dropout", "attention_dropout", "seq_classif_dropout", "qa_dropout"],
  ];
  return modelFromConfig({ ...config, ...Object.fromEntries(rates.map((rate) => [rate, 0])) });
}

function batchOf(golden: BertGolden): Batch {
  const { labels, name, stages } = golden;
  const { shape } = Object.values(stages).at(-1)!;
  const count = shape.reduce((all, size) => all * size, 1);
  return {
    ...bertGoldenBatch(golden),
    ...(labels
      ? { labels: { dtype: "int32", shape: [labels.length], data: Int32Array.from(labels) } }
      : { dy: { dtype: "float32", shape, data: formulaValues(`${name}/dy`, count) } }),
  };
}

async function expectStages(golden: BertGolden): Promise<void> {
  const model = modelOf(golden);
  const session = await native.open({ weights: bertGoldenWeights(model, golden.name) });
  const { outputs } = await session.run(textProgram(model), batchOf(golden));
  await session.close();
  for (const [name, expected] of Object.entries(golden.stages)) {
    const { shape, data } = outputs[name]!;
    expect(shape).toEqual(expected.shape);
    expect(stageError(name, data as Float32Array, expected), name).toBeLessThan(1e-4);
  }
}

async function expectGradients(golden: BertGolden): Promise<void> {
  const { name, gradients, loss } = golden;
  if (!gradients) return;
  const model = modelOf(golden);
  const session = await native.open({
    weights: bertGoldenWeights(model, name),
    optimizer: sgd({ learningRate: 1, momentum: 0.9 }),
  });
  const result = await session.step(textProgram(model), batchOf(golden));
  const after = await session.snapshot();
  await session.close();
  expect(Math.abs(result.loss - loss!)).toBeLessThan(1e-4);
  const scale = Math.max(...Object.values(gradients).map(([length]) => length!));
  for (const [key, expected] of Object.entries(gradients)) {
    // What the first step leaves in the momentum is the gradient itself.
    const { data } = after.optimizer!.state.momentum![key]!;
    const unit = Math.max(expected[0]!, scale * 1e-3);
    expect(digestError(key, data, expected, unit), key).toBeLessThan(1e-4);
  }
}

const cases = read("../../../core/src/models/golden/bert.json");

test.each(cases.map((each): [string, BertGolden] => [each.name, each]))(
  "%s, compiled: every stage, and all gradients, are PyTorch's",
  async (_, golden) => {
    await expectStages(golden);
    await expectGradients(golden);
  },
);

test("a step with dropout is the eager one", async () => {
  const model = createBert("bert_tiny", { vocabSize: 90, numClasses: 2 });
  const texts = bertGoldenBatch(cases[1]!);
  const { data, shape } = texts.input_ids!;
  const batch: Batch = {
    ...texts,
    input_ids: { dtype: "int32", shape, data: Int32Array.from(data, (id) => id % 90) },
    labels: { dtype: "int32", shape: [2], data: Int32Array.of(0, 1) },
  };
  const eager = await createEagerEngine({ backend: "cpu" });
  const [expected, actual] = [await stepOf(eager), await stepOf(native)];
  await eager.close();
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThan(1e-5);
  expect(Math.abs(actual.gradNorm / expected.gradNorm - 1)).toBeLessThan(1e-5);

  async function stepOf(engine: Engine) {
    const weights = initWeights(model, { seed: 3 });
    const optimizer = sgd({ learningRate: 0.1 });
    const session = await engine.open({ weights, optimizer, seed: 8 });
    await session.step(textProgram(model), batch);
    const result = await session.step(textProgram(model), batch);
    await session.close();
    return result;
  }
});

const large = process.env.GRAFT_LARGE_TESTS !== undefined;

test.skipIf(!large)(
  `BERT-base, compiled: every stage is PyTorch's${large ? "" : " (skipped: set GRAFT_LARGE_TESTS)"}`,
  async () => {
    const [golden] = read("golden/bert-base.json");
    await expectStages(golden!);
  },
  120_000,
);
