import { type Copies, GraftError } from "@graft-ml/core";
import { describe, expect, test } from "vitest";
import { pictures } from "../samples/pictures.js";
import { texts } from "../samples/texts.js";
import type { LabelledSample } from "./data.js";
import { splitData } from "./split.js";

const samples = Array.from({ length: 30 }, (_, id) => ({
  id,
  name: `t.csv:${id + 2}`,
  label: id % 3 === 0 ? 0 : 1,
}));
const data = { classes: ["cat", "dog"], samples };

const copiesAmong = (...ids: readonly number[]): Copies<LabelledSample> => ({
  samples: ids.map((id) => ({ ...samples[id]!, part: "train" })),
  exact: true,
  acrossClasses: false,
  acrossParts: false,
});

describe.each(Object.entries({ pictures, texts }))("of %s", (_, medium) => {
  const split = (seed: number, copies: readonly Copies<LabelledSample>[] = []) =>
    splitData(data, { medium, copies, validation: 0.2, seed });

  test("a fifth of each class judges, the same for the same seed", () => {
    const { train, validation } = split(3);
    const cats = validation.filter(({ label }) => label === 0);
    expect([train.length, cats.length, validation.length]).toEqual([24, 2, 6]);
    expect(split(3)).toEqual({ train, validation });
    expect(split(4).validation).not.toEqual(validation);
  });

  test("copies are never on both sides", () => {
    for (let seed = 0; seed < 10; seed++) {
      const { train } = split(seed, [copiesAmong(1, 2, 4, 5)]);
      expect([0, 4]).toContain(train.filter(({ id }) => [1, 2, 4, 5].includes(id)).length);
    }
  });

  test("a class that is all copies has nothing to learn from", () => {
    const all = copiesAmong(...samples.map(({ id }) => id));
    const few = { classes: ["cat", "dog"], samples: samples.slice(0, 2) };
    expect(() => splitData(few, { medium, copies: [], validation: 0.2, seed: 0 })).toThrow(
      GraftError,
    );
    expect(() => split(0, [all])).toThrow(GraftError);
  });
});
