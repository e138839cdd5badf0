import { parseSpace, type Space } from "@graft-ml/hpo";
import { textRate } from "@graft-ml/nlp";
import type { Prepared } from "../run/prepare.js";
import { kinds } from "../task/kinds.js";
import { keyOf } from "./train-parameters.js";
import { trialOptions } from "./trial-options.js";
import type { FixedOptions } from "./tuning.js";

const rates = { probe: 3e-3, finetune: 3e-4, gradual: 3e-4, scratch: 1e-3 } as const;

/** How far from the usual rate is looked, either way. */
const SPREAD = 10;

/**
 * What is worth searching where nobody said: the rate about the usual one, the decay, how much slower lower
 * layers learn, and a smoothing of labels where there are classes. What is fixed by a flag is left out.
 */
export function defaultSpace(fixed: FixedOptions, { source }: Pick<Prepared, "source">): Space {
  const options = trialOptions(fixed, {});
  const { strategy, task } = options;
  const declarations =
    strategy === "few-shot"
      ? ["shots-head=discriminant,prototype,cosine", "views=1,4"]
      : [
          `lr=${around(usualRate(strategy))}:log`,
          "weight-decay=1e-3..0.3:log",
          ...(strategy === "finetune" || strategy === "gradual"
            ? ["layer-decay=0.5..1:float"]
            : []),
          ...(kinds[task].metrics[0] === "accuracy" ? ["label-smoothing=0,0.1"] : []),
        ];
  const isFree = (declaration: string): boolean =>
    !(keyOf(declaration.slice(0, declaration.indexOf("="))) in fixed);
  return parseSpace(declarations.filter(isFree));

  function usualRate(strategy: keyof typeof rates): number {
    if (source.input.modality !== "texts" || strategy === "probe") return rates[strategy];
    return options.lr === null || options.lr === "find" ? textRate(source.model) : options.lr;
  }
}

const around = (rate: number): string =>
  [rate / SPREAD, rate * SPREAD].map((one) => Number(one.toPrecision(2))).join("..");
