import { parseSpace } from "@graft-ml/hpo";
import { expect, test } from "vitest";
import { trainCommandLine } from "./best.js";
import { givenByAll } from "./train-parameters.js";
import { checkTogether, trialOptions } from "./trial-options.js";
import type { FixedOptions } from "./tuning.js";

const fixed: FixedOptions = {
  ...{ data: "/my pictures", task: "image", seed: 3, device: "auto", validation: 0.2 },
};

test("parameters become options as their flags would make them", () => {
  const params = { lr: 1e-5, "decay-to-start": true, "clip-norm": null, views: "fresh", epochs: 7 };
  expect(givenByAll(params)).toEqual({ lr: 1e-5, decayToStart: true, views: "fresh", epochs: 7 });
  // What follows from a strategy follows from one that is searched, but not how the data are parted.
  expect(trialOptions(fixed, { strategy: "probe" })).toMatchObject({ epochs: 30, lr: 3e-3 });
  expect(trialOptions(fixed, { strategy: "few-shot" }).validation).toBe(0.2);
});

test("the command that trains the same again can be typed as it stands", () => {
  const given: FixedOptions = { ...fixed, groupBy: "^(a|b)'", keepDuplicates: true, ema: null };
  expect(trainCommandLine(given, { lr: 1e-5, "decay-to-start": false, "clip-norm": null })).toBe(
    "graft train '/my pictures' --seed 3 --task image --validation 0.2 --keep-duplicates --group-by '^(a|b)'\\''' --lr 0.00001",
  );
});

test("values that can't be so together are told, and conditions keep them apart", () => {
  const ofTexts: FixedOptions = { ...fixed, task: "text" };
  const apart = (...declarations: string[]) => checkTogether(parseSpace(declarations), ofTexts);
  expect(() => apart("strategy=probe,few-shot")).toThrow(
    /^A trial with --strategy few-shot can't be: --strategy few-shot is for pictures/,
  );
  expect(() => apart("learners=all,adapters", "rank=4..16@learners=adapters")).not.toThrow();
});
