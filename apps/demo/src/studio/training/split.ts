import { type Copies, GraftError } from "@graft-ml/core";
import type { Medium } from "../samples/medium.js";
import type { Held } from "../samples/mediums.js";
import type { Data, LabelledSample } from "./data.js";

export type Split = {
  readonly train: readonly LabelledSample[];
  readonly validation: readonly LabelledSample[];
};

/** What is learned from and what judges, as `graft train` has it: copies never on both sides. Throws `dataset-invalid`. */
export function splitData(
  { classes, samples }: Data,
  options: {
    medium: Pick<Medium<Held>, "split">;
    copies: readonly Copies<LabelledSample>[];
    /** Share that judges. */
    validation: number;
    seed: number;
  },
): Split {
  const { medium, ...how } = options;
  const { train, validation } = medium.split(samples, how);
  const lost = classes.find((_, at) => !train.some(({ label }) => label === at));
  if (lost !== undefined) {
    throw new GraftError(
      "dataset-invalid",
      `All samples of "${lost}" are copies of each other or of others, so that none is left to learn from. Add to it.`,
      { details: { class: lost } },
    );
  }
  if (validation.length > 0) return { train, validation };
  throw new GraftError("dataset-invalid", "Nothing can be set apart to judge by. Add samples.");
}
