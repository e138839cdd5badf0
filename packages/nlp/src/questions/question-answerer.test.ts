import "@tensorflow/tfjs-backend-cpu";
import {
  createEagerEngine,
  type Engine,
  type FineTuneOptions,
  fineTune,
  initWeights,
} from "@graft-ml/core";
import { leakedTensors } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { returned, smallBert } from "../network/testing.js";
import { smallTokenizer } from "../tokenize/testing.js";
import { openQuestionAnswerer } from "./question-answerer.js";
import { questionSource } from "./question-source.js";
import { questionTask } from "./question-task.js";

const tokenizer = smallTokenizer();
const model = smallBert({ head: "question" });
const weights = initWeights(model, { seed: 3 });

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

/** The tree that is asked for, in a text where it stands once or not at all. */
const contexts = [
  "the cafe , the grafted tree !",
  "a ungrafted tree , the cafe !",
  "the cafe ! a cafe , a cafe , a cafe , the cafe , grafted tree",
  "the cafe , a cafe !",
  "grafted tree , the cafe",
  "a cafe , the ungrafted tree , a cafe , a cafe , a cafe , a cafe , the cafe",
];
const questions = contexts.map((context, at) => {
  const text = ["grafted tree", "ungrafted tree"].find(
    (tree) => context.includes(` ${tree}`) || context.startsWith(tree),
  );
  const answers = text === undefined ? [] : [{ text, start: context.indexOf(text) }];
  return { id: `q${at}`, question: "the tree", context, answers };
});
const source = questionSource({ tokenizer, questions, maxLength: 18, stride: 6 });

async function tuned(options: Partial<FineTuneOptions>) {
  const task = questionTask({ validation: source });
  const common = { engine, model, weights, task, train: source, validation: source, batchSize: 4 };
  const tuning = fineTune({ ...common, ...options });
  const metrics: Record<string, number>[] = [];
  for await (const event of tuning)
    if (event.type === "epoch-end") metrics.push(event.metrics ?? {});
  return { ...tuning.result(), metrics };
}

const head = { epochs: 1, rate: 0.05 };
const tail = { epochs: 14, rate: 0.015, weightDecay: 0 };

test("answers are learned, found in any window, and left out where there are none", async () => {
  const leaked = await leakedTensors(async () => {
    const options = { strategy: "finetune", cut: null, views: "none", head, tail } as const;
    const found = await tuned(options);
    expect(found.metrics.at(-1)).toMatchObject({ exact: 1, f1: 1, accuracy: 1 });
    const opened = { engine, ...found, tokenizer, maxLength: 18, stride: 6 };
    const answerer = await openQuestionAnswerer({ ...opened, threshold: 0 });
    const answers = await answerer.answer(questions);
    expect(answers.map(({ text }) => text)).toEqual(
      questions.map((question) => question.answers[0]?.text ?? ""),
    );
    for (const [at, { text, start, end, score, noAnswer }] of answers.entries()) {
      expect(contexts[at]!.slice(start, end)).toBe(text);
      expect(score).toBeGreaterThan(0.5);
      expect(noAnswer > 0).toBe(text === "");
    }
    const { metrics, report, best, count } = await returned(answerer.evaluate(source));
    expect(metrics).toMatchObject({ exact: 1, f1: 1 });
    expect(report).toMatchObject({ noAnswer: { count: 1, exact: 1 }, hasAnswer: { count: 5 } });
    expect(best?.f1.score).toBe(1);
    expect(count).toBe(source.size);
    await answerer.close();
    const always = await openQuestionAnswerer(opened);
    expect((await always.answer(questions)).every(({ text }) => text !== "")).toBe(true);
    await always.close();
  });
  expect(leaked).toBe(0);
});

test.each<[string, Partial<FineTuneOptions>]>([
  ["a head on cached features", { strategy: "probe", head: { epochs: 10, rate: 0.05 } }],
  [
    "after a cut",
    { strategy: "finetune", cut: "layer1", tail: { ...tail, epochs: 4, layerDecay: 0.5 } },
  ],
  [
    "by adapters",
    { strategy: "finetune", cut: null, learners: { rank: 2 }, tail: { ...tail, epochs: 4 } },
  ],
])("it learns %s", async (_, options) => {
  const { metrics } = await tuned({ head, ...options });
  expect(metrics.at(-1)!.loss).toBeLessThan(0.9 * metrics[0]!.loss!);
});

test("what makes no sense for questions is told", async () => {
  const texts = smallBert({ head: "token", numClasses: 2 });
  const wrong = openQuestionAnswerer({ engine, model: texts, weights, tokenizer });
  await expect(wrong).rejects.toThrow(
    /ends with "classifier" for 2 classes; answers need "qa_outputs"/,
  );
  const mixed = tuned({ mix: { mixup: 0.2 }, head });
  await expect(mixed).rejects.toThrow(/need labels of/);
  const answerer = await openQuestionAnswerer({ engine, model, weights, tokenizer, maxLength: 8 });
  await expect(answerer.answer([{ question: "the ".repeat(9), context: "a" }])).rejects.toThrow(
    /Question 1 .* has 9 tokens, which leaves no room/,
  );
  expect(await answerer.answer([{ question: "a", context: "" }])).toMatchObject([{ text: "" }]);
  await answerer.close();
});
