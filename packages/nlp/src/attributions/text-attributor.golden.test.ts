import "@tensorflow/tfjs-backend-cpu";
import { type BertConfig, bertFromConfig, createEagerEngine, type Engine } from "@graft-ml/core";
import { bertGoldenWeights, readGolden, worstDifference } from "@graft-ml/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import type { AttributedScore } from "./attributed-score.js";
import { type AttributedWords, openTextAttributor } from "./text-attributor.js";

type Case = {
  readonly name: string;
  readonly config: BertConfig;
  readonly ids: number[];
  readonly of: AttributedScore;
  readonly index: number;
  readonly steps: number;
  readonly score: number;
  readonly baselineScore: number;
  readonly gap: number;
  readonly words: number[];
  readonly rollout: number[];
};
const golden = readGolden<{ cases: Case[] }>(import.meta.url, "golden/integrated-gradients.json");

const text = "The ungrafted trees, a CAFÉ!";
const pair = { text: "the tree", pair: ["grafted", "cafe"] };

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const scoresOf = ({ words, pairWords }: AttributedWords): number[] =>
  [...words, ...pairWords].map(({ score }) => score);

describe("integrated gradients against PyTorch's own gradients, and attention rollout", () => {
  test.each(golden.cases.map((each): [string, Case] => [each.name, each]))(
    "%s",
    async (name, of) => {
      const tokenizer = smallTokenizer();
      const model = bertFromConfig(of.config);
      const classes = Array.from({ length: model.numClasses }, (_, at) => `class ${at}`);
      const input = name === "pair" ? pair : { text };
      const { text: first, ...second } = input;
      expect([...tokenizer.encode(first, second).ids]).toEqual(of.ids);
      const attributor = await openTextAttributor({
        ...{ engine, model, weights: bertGoldenWeights(model, name), tokenizer, classes },
        ...{ of: of.of, steps: of.steps, tolerance: Number.POSITIVE_INFINITY },
      });
      const target = `class ${of.index}`;
      const found = await attributor.attribute(input, { target });
      expect(worstDifference(scoresOf(found), of.words)).toBeLessThan(2e-6);
      const rollout = await attributor.rollout(input);
      expect(worstDifference(scoresOf(rollout), of.rollout)).toBeLessThan(1e-6);
      expect(found.target).toBe(target);
      expect(found.steps).toBe(of.steps);
      for (const key of ["score", "baselineScore", "gap"] as const) {
        expect(found[key], key).toBeCloseTo(of[key], 5);
      }
      await attributor.close();
    },
  );
});
