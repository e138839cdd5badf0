import type { Source } from "@graft-ml/core";
import { expect, test } from "vitest";
import { targetFingerprint, targetScore } from "./target.js";

const source: Source = { size: 3, load: async () => ({}) };
const domain = { data: "posts", samples: [{ text: "one" }, { text: "two" }, { text: "three" }] };
const judged = (logits: readonly number[], weight: readonly number[]) => {
  const judge = targetScore({ domain, source }).judge();
  const batch = {
    weight: {
      dtype: "float32",
      shape: [weight.length],
      data: Float32Array.from(weight),
    },
  } as const;
  judge.add(batch, { data: Float32Array.from(logits), width: 2 });
  return judge.end().metrics.information;
};

test("sure answers that differ are worth the most, the same or unsure ones nothing; padding doesn't count", () => {
  expect(judged([40, 0, 0, 40], [1, 1])).toBeCloseTo(Math.log(2), 6);
  expect(judged([40, 0, 40, 0], [1, 1])).toBeCloseTo(0, 6);
  expect(judged([1, 1, 1, 1], [1, 1])).toBeCloseTo(0, 6);
  expect(judged([40, 0, 0, 40, 40, 0], [1, 1, 0])).toBeCloseTo(Math.log(2), 6);
  expect(() => judged([Number.NaN, 0, 0, 1], [1, 1])).toThrow(/logits that are not finite/);
});

test("a target is known by its samples and their order", () => {
  const [one, two, three] = domain.samples;
  const told = (...samples: { text: string }[]) => targetFingerprint({ samples });
  expect(told(one!, two!, three!)).toBe(targetFingerprint(domain));
  expect(told(two!, one!, three!)).not.toBe(targetFingerprint(domain));
  expect(told(one!, two!)).not.toBe(targetFingerprint(domain));
});
