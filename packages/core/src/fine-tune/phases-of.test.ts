import { expect, test } from "vitest";
import { phasesOf } from "./phases-of.js";
import { usualOptions } from "./usual-options.js";

const phases = (task: string, strategy: "probe" | "finetune" | "scratch", more = {}) =>
  phasesOf({ ...usualOptions({ task, strategy }), strategy, ...more }, { rate: 2e-5 });

test("a head, then what lies below it; the rate of the last is the usual one where none was given", () => {
  const { head, tail } = phases("image", "finetune");
  expect(head).toEqual({ epochs: 30, rate: 3e-3, schedule: "cosine", weightDecay: 0.05 });
  expect(tail).toEqual({ ...head, epochs: 20, rate: 2e-5, layerDecay: 1 });
  expect(phases("image", "finetune", { lr: 0.1, headLr: "find" })).toEqual({
    head: { epochs: 30, schedule: "cosine", weightDecay: 0.05 },
    tail: { ...tail, rate: 0.1 },
  });
});

test("one phase where all learns at once, or the head alone", () => {
  expect(phases("text", "finetune").head).toEqual({ epochs: 0 });
  expect(phases("text", "finetune").tail).toMatchObject({ epochs: 4, warmup: 0.1, rate: 2e-5 });
  expect(Object.keys(phases("text", "probe"))).toEqual(["head"]);
  expect(Object.keys(phases("text", "scratch"))).toEqual(["tail"]);
});
