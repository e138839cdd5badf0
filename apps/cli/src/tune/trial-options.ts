import { GraftError } from "@graft-ml/core";
import { type Params, random, type Space } from "@graft-ml/hpo";
import { defaultBackbone } from "@graft-ml/zoo";
import { resolveOptions, type TrainOptions } from "../run/train-options.js";
import { checkWarmStart } from "../run/warm-start.js";
import { kinds } from "../task/kinds.js";
import { flagsOf, givenByAll } from "./train-parameters.js";
import type { FixedOptions } from "./tuning.js";

/** The options of a trial's training: what is fixed, its parameters, and the defaults that follow from both. */
export const trialOptions = (fixed: FixedOptions, params: Params): TrainOptions =>
  resolveOptions(
    { ...fixed, ...givenByAll(params) },
    {},
    () => defaultBackbone(kinds[fixed.task].modality.name).name,
  );

/** So many trials are looked at before any is trained. */
const LOOKED_AT = 64;

/** Throws `usage` where parameters that each could be can't be so together. */
export function checkTogether(space: Space, fixed: FixedOptions): void {
  const sampler = random();
  const asked = { space, directions: ["maximize"], seed: 0, history: [], pending: [] } as const;
  for (let number = 0; number < LOOKED_AT; number++) {
    const params = sampler.suggest({ ...asked, number });
    if (params) checkTrial(fixed, params);
  }
}

/** Throws `usage`, naming the parameters. */
function checkTrial(fixed: FixedOptions, params: Params): void {
  try {
    const options = trialOptions(fixed, params);
    kinds[fixed.task].check(options);
    checkWarmStart(options);
  } catch (cause) {
    throw new GraftError(
      "usage",
      `A trial with ${flagsOf(params).join(" ")} can't be: ${(cause as Error).message} A parameter that applies to some trials only says so: --param NAME=VALUES@OTHER=VALUE.`,
      { cause },
    );
  }
}
