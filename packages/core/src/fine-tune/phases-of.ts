import type { PhaseOptions, Strategy } from "./options.js";
import type { UsualOptions } from "./usual-options.js";

/** "find": it is looked for before the training, and until then the package's own stands in. */
type Rate = number | "find" | null;

/** What a run's options say of its phases. */
export type PhaseChoices = Pick<
  UsualOptions,
  "epochs" | "headEpochs" | "weightDecay" | "layerDecay" | "schedule" | "warmup"
> & { readonly strategy: Strategy; readonly lr: Rate; readonly headLr: Rate };

/** A run's options as the phases of `fineTune`: `epochs` and `lr` are the last one's, `usual` is what it has where nobody chose. */
export function phasesOf(
  options: PhaseChoices,
  usual: PhaseOptions = {},
): { head?: PhaseOptions; tail?: PhaseOptions } {
  const { strategy, epochs, lr, headEpochs, headLr, weightDecay, layerDecay } = options;
  const { schedule, warmup } = options;
  const common = { weightDecay, schedule, ...(warmup === null ? {} : { warmup }) };
  const last = { ...common, epochs, ...usual, ...rateOf(lr) };
  if (strategy === "probe" || strategy === "few-shot") return { head: last };
  const tail = { ...last, layerDecay };
  if (strategy === "scratch") return { tail };
  if (headEpochs === 0) return { head: { epochs: 0 }, tail };
  return { head: { ...common, epochs: headEpochs, ...rateOf(headLr) }, tail };
}

const rateOf = (rate: Rate) => (rate === "find" || rate === null ? {} : { rate });
