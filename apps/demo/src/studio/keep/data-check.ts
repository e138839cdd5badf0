import type { Copies } from "@graft-ml/core";
import type { LeftOut } from "../studio.js";
import type { LabelledSample } from "../training/data.js";
import type { Split } from "../training/split.js";

/** A run's data.json, as `graft train` writes it: what was found in the data, and how they were split. */
export function dataCheck(run: {
  classes: readonly string[];
  split: Split;
  copies: readonly Copies<LabelledSample>[];
  leftOut: readonly LeftOut[];
}) {
  const { classes, split, copies, leftOut } = run;
  const count = (part: readonly LabelledSample[]) =>
    classes.map((_, at) => part.filter(({ label }) => label === at).length);
  const judging = new Set(split.validation.map(({ name }) => name));
  const partOf = (name: string) => (judging.has(name) ? "validation" : "train");
  return {
    train: count(split.train),
    validation: count(split.validation),
    test: count([]),
    skipped: leftOut.map(({ name, reason }) => ({ name, reason })),
    split: { copies: "together", groups: 0, leftOut: [], validation: [...judging], folds: null },
    copies: copies
      .map(({ samples, exact, acrossClasses }) => ({
        samples: samples.map(({ name }) => ({ name, part: partOf(name) })),
        exact,
        acrossClasses,
        // The split keeps them together.
        acrossParts: false,
      }))
      .sort((a, b) => Number(b.acrossClasses) - Number(a.acrossClasses)),
  };
}
