import "@tensorflow/tfjs-backend-cpu";
import { createEagerEngine, type Engine, initWeights, modelFromConfig } from "@graft-ml/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { openTokenNetwork } from "../network/token-network.js";
import { smallTokenizer } from "../tokenize/testing.js";
import { openMaskFiller } from "./mask-filler.js";
import { maskedLanguageTask } from "./masked-task.js";
import { readMasks } from "./read-masks.js";

const tokenizer = smallTokenizer();
const model = smallBert({ head: "masked" });
const weights = initWeights(model, { seed: 1 });
let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const texts = [
  { text: "a [MASK] grafted the [MASK]" },
  { text: "the tree [MASK]", pair: "a [MASK]!" },
];

test("at every [MASK] it says what the network says there when it scores all places", async () => {
  const filler = await openMaskFiller({ engine, model, weights, tokenizer });
  const whole = await openTokenNetwork({
    engine,
    model,
    weights,
    tokenizer,
    task: maskedLanguageTask(),
  });
  const found = await filler.outputs(texts);
  const rows = texts.map(({ text, pair }) => tokenizer.encode(text, pair ? { pair } : {}));
  const all = await whole.outputs(rows);
  const width = model.numClasses;
  for (const [at, { ids }] of rows.entries()) {
    const places = [...ids.keys()].filter((place) => tokenizer.idToToken(ids[place]!) === "[MASK]");
    const expected = places.flatMap((place) => [
      ...all[at]!.subarray(place * width, (place + 1) * width),
    ]);
    expect(found[at]).toHaveLength(2 * width);
    for (const [i, logit] of found[at]!.entries()) expect(logit).toBeCloseTo(expected[i]!, 5);
  }
  const filled = await filler.fill(texts, { top: 3 });
  expect(filled[0]!.masks.map((words) => words.length)).toEqual([3, 3]);
  expect(filled.map(({ pair }) => pair?.includes("[MASK]"))).toEqual([undefined, false]);
  await filler.close();
  await whole.close();
});

/** Logits that make each of these tokens the likeliest of its [MASK]. */
function saying(...words: readonly string[]): Float32Array {
  const width = model.numClasses;
  const logits = new Float32Array(words.length * width);
  for (const [at, word] of words.entries()) logits[at * width + tokenizer.tokenToId(word)!] = 9;
  return logits;
}

test("words take the places of the gaps, and pieces join the word before them", () => {
  const text = "a [MASK] [MASK] grafts";
  const { text: filled, masks } = readMasks({ text }, saying("tree", "##s"), { tokenizer, top: 2 });
  expect(filled).toBe("a trees grafts");
  expect(masks.map(([first]) => first!.word)).toEqual(["tree", "##s"]);
  const rest = model.numClasses - 1;
  expect(masks[0]![0]!.score).toBeCloseTo(Math.exp(9) / (Math.exp(9) + rest), 6);
  expect(masks[0]![1]!.score).toBeCloseTo(1 / (Math.exp(9) + rest), 6);
});

test("a gap that the length cuts off stays, and a text without any is told", () => {
  const options = { tokenizer, maxLength: 4 };
  const { text } = readMasks({ text: "the [MASK] tree [MASK]" }, saying("graft"), options);
  expect(text).toBe("the graft tree [MASK]");
  expect(() => readMasks({ text: "the tree" }, saying(), options)).toThrow(
    '"the tree" has no [MASK] in its first 4 tokens',
  );
});

test("a network without a head for hidden words is refused", async () => {
  const other = modelFromConfig(smallBert({ head: "sequence", numClasses: 3 }).config);
  await expect(
    openMaskFiller({ engine, model: other, weights: initWeights(other, { seed: 1 }), tokenizer }),
  ).rejects.toThrow('ends with "classifier"; filling gaps needs a head for hidden words');
});
