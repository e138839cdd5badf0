import { expect, test } from "vitest";
import { foldSamples, requireLearned } from "./fold-samples.js";
import { stratifiedFolds } from "./folds.js";
import type { Stratum } from "./set-apart.js";
import type { Copies } from "./split-samples.js";

type Item = { readonly name: string; readonly stratum: Stratum; readonly group?: string };
const strataOf = (samples: readonly Item[]) => samples.map(({ stratum }) => stratum);
const items: readonly Item[] = Array.from({ length: 24 }, (_, i) => ({
  name: `s${i}`,
  stratum: i % 2,
}));
const copies = (...names: string[]): Copies => ({
  samples: names.map((name) => ({ name, part: "train" })),
  exact: true,
  acrossClasses: false,
  acrossParts: false,
});
const given = { copies: [], strataOf, folds: 4, seed: 3 };

test("samples that stand alone are dealt by their strata", () => {
  const labels = items.map(({ stratum }) => stratum as number);
  expect(foldSamples(items, given)).toEqual(stratifiedFolds(labels, { folds: 4, seed: 3 }));
});

test("a copy of a group's sample goes with the group, and each sample is scored once", () => {
  const grouped = items.map((item, i) => ({ ...item, ...(i < 3 ? { group: "g" } : {}) }));
  const folds = foldSamples(grouped, {
    ...given,
    copies: [copies("s2", "s9"), copies("s4", "s7")],
  });
  const foldOf = (at: number) => folds.findIndex(({ validation }) => validation.includes(at));
  expect(new Set([0, 1, 2, 9].map(foldOf)).size).toBe(1);
  expect(foldOf(4)).toBe(foldOf(7));
  const scored = folds.flatMap(({ validation }) => validation).sort((a, b) => a - b);
  expect(scored).toEqual([...items.keys()]);
  expect(folds.map(({ validation }) => validation.length)).toEqual([6, 6, 6, 6]);
});

test("several labels a sample are spread evenly", () => {
  const several = items.map(({ name }, i) => ({ name, stratum: i % 3 === 0 ? [0, 1] : [i % 2] }));
  const folds = foldSamples(several, given);
  const both = folds.map(({ validation }) => validation.filter((at) => at % 3 === 0).length);
  expect(both).toEqual([2, 2, 2, 2]);
});

test("a class that a fold would have to score without learning it is named", () => {
  const folds = stratifiedFolds([0, 0, 0, 1], { folds: 2, seed: 0 });
  const about = { classes: ["common", "rare"], noun: "text" };
  expect(() => requireLearned(folds, { ...about, labels: [0, 0, 0, 1] })).toThrow(
    'The class "rare" can\'t be learned and scored at once: its texts are one',
  );
  expect(() => requireLearned(folds, { ...about, labels: [0, 0, 0, 0] })).not.toThrow();
});
