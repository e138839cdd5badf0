import "@tensorflow/tfjs-backend-cpu";
import {
  type BertHead,
  createEagerEngine,
  type Engine,
  initWeights,
  type Model,
  modelFromConfig,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { openTokenNetwork } from "../network/token-network.js";
import { textTask } from "../texts/text-task.js";
import { smallTokenizer } from "../tokenize/testing.js";
import { textGraph } from "./text-graph.js";

const tokenizer = smallTokenizer();
let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const rows = ["a tree", "the trees grafted!"].map((text) => tokenizer.encode(text));
const [short, long] = rows.map(({ ids }) => ids.length) as [number, number];

/** What the graph gives for the rows, and what the trainer's network does. */
async function both(model: Model) {
  const weights = initWeights(model, { seed: 1 });
  const graph = textGraph({ model, weights, tokenizer });
  const fed = graph.feed(rows);
  const network = await openTokenNetwork({ engine, model, weights, tokenizer, task: textTask() });
  const expected = await network.outputs(rows);
  await network.close();
  const inputs = [...Object.entries(fed), ...Object.entries(weights)].map(
    ([name, { data, shape, dtype }]) => [name, tf.tensor(data, [...shape], dtype)] as const,
  );
  const before = tf.memory().numTensors;
  const outputs = tf.tidy(() =>
    Object.fromEntries(
      Object.entries(graph.run(Object.fromEntries(inputs))).map(([name, tensor]) => [
        name,
        { shape: tensor.shape, data: tensor.dataSync() as Float32Array },
      ]),
    ),
  );
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(inputs.map(([, tensor]) => tensor));
  return { fed, outputs, expected };
}

const bert = (head: BertHead, numClasses?: number) =>
  smallBert({ head, ...(numClasses === undefined ? {} : { numClasses }) });

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length);
  for (const [at, value] of Array.from(actual).entries()) {
    expect(value).toBeCloseTo(expected[at]!, 5);
  }
};

test("a classifier of texts gives logits, a row a text", async () => {
  const { outputs, expected, fed } = await both(bert("sequence", 3));
  expect(Object.keys(fed)).toEqual(["input_ids", "attention_mask", "token_type_ids"]);
  expect(fed.input_ids?.shape).toEqual([2, long]);
  expect(outputs.logits?.shape).toEqual([2, 3]);
  close(
    outputs.logits!.data,
    expected.flatMap((row) => [...row]),
  );
});

test("a head for questions gives where answers begin and end, apart", async () => {
  const { outputs, expected } = await both(bert("question"));
  expect(Object.keys(outputs)).toEqual(["start_logits", "end_logits"]);
  const sides = [outputs.start_logits!, outputs.end_logits!];
  expect(sides.map(({ shape }) => shape)).toEqual([
    [2, long],
    [2, long],
  ]);
  for (const [side, { data }] of sides.entries()) {
    close(
      data.subarray(0, short),
      expected[0]!.filter((_, at) => at % 2 === side),
    );
    close(
      data.subarray(long),
      expected[1]!.filter((_, at) => at % 2 === side),
    );
  }
});

test("a head for hidden words gives logits of the vocabulary at every token", async () => {
  const model = bert("masked");
  const { outputs, expected } = await both(model);
  expect(outputs.logits?.shape).toEqual([2, long, model.numClasses]);
  close(outputs.logits!.data.subarray(0, short * model.numClasses), expected[0]!);
});

test("an encoder alone gives its last hidden states; a distilled one takes no kinds of tokens", async () => {
  const config = { ...bert("none").config, pooling: "none" };
  const whole = await both(modelFromConfig(config));
  expect(Object.keys(whole.outputs)).toEqual(["last_hidden_state"]);
  expect(whole.outputs.last_hidden_state?.shape).toEqual([2, long, 16]);
  close(whole.outputs.last_hidden_state!.data.subarray(long * 16), whole.expected[1]!);

  const distilled = await both(
    modelFromConfig({
      model_type: "distilbert",
      architectures: ["DistilBertModel"],
      pooling: "none",
      vocab_size: tokenizer.vocabularySize,
      dim: 16,
      n_layers: 1,
      n_heads: 2,
      hidden_dim: 32,
      max_position_embeddings: 48,
    }),
  );
  expect(Object.keys(distilled.fed)).toEqual(["input_ids", "attention_mask"]);
  expect(distilled.outputs.last_hidden_state?.shape).toEqual([2, long, 16]);
});
