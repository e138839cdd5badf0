import { GraftError } from "@graft-ml/core";
import type { Space } from "@graft-ml/hpo";
import type { Prepared } from "../run/prepare.js";
import { nounOf } from "../task/noun.js";
import type { SearchPlan } from "./tuning.js";

/** Throws `usage` where nothing is there to score by, and for a cut that the backbone has not. */
export function checkPrepared(
  { parameters }: Space,
  { fixed, target }: Pick<SearchPlan, "fixed" | "target">,
  { dataset, model }: Prepared,
): void {
  if (dataset.validation.length === 0 && target === null) {
    throw new GraftError(
      "usage",
      `A search scores by validation ${nounOf(fixed.task)}s, and there are none. Give --validation 0.2, or a val folder.`,
    );
  }
  const { cut, backbone } = parameters;
  if (cut?.kind !== "choice" || backbone) return;
  const cuts = model.stages.slice(0, -1).map(({ name }) => name);
  const strange = cut.values.find((value) => value !== null && !cuts.includes(String(value)));
  if (strange === undefined) return;
  throw new GraftError(
    "usage",
    `The parameter cut can't be ${strange}: the model "${model.architecture}" has the cuts ${cuts.join(", ")}.`,
  );
}
