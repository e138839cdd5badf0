import { GraftError } from "../errors.js";
import { isUnder } from "../tree.js";
import { weightedStages } from "./freeze.js";
import type { Model, Stage } from "./model.js";

export type LayerwiseOptions = {
  /** What the rate is multiplied by from one layer to the one below it, above 0 and at most 1. */
  decay: number;
  /**
   * What counts as a layer: each block of the stages that number theirs (layer4.1 above layer4.0), or
   * the whole stage. Default "block".
   */
  each?: "block" | "stage";
};

/**
 * Discriminative rates (arXiv 1801.06146, section 3.2): the head learns at 1, each layer below it at
 * `decay` times the one above. As `rates` of `paramGroups`, a multiplier a prefix. Stages are layers, so
 * BERT's are as ELECTRA's code has them (arXiv 2003.10555): head, pooler, encoder layers, embeddings.
 * Throws `config-invalid`.
 */
export function layerwiseRates(model: Model, options: LayerwiseOptions): Record<string, number> {
  const { decay, each = "block" } = options;
  if (!(decay > 0 && decay <= 1)) {
    throw new GraftError(
      "config-invalid",
      `The layer-wise decay is ${decay}; it must be above 0 and at most 1, such as 0.75.`,
      { details: { decay } },
    );
  }
  const stages = weightedStages(model);
  const layers =
    each === "stage"
      ? stages.map(({ prefixes }) => prefixes)
      : stages.flatMap((stage) => blocksOf(model, stage));
  return Object.fromEntries(
    layers.flatMap((prefixes, index) =>
      prefixes.map((prefix) => [prefix, decay ** (layers.length - 1 - index)] as const),
    ),
  );
}

/** The prefixes of each numbered block of a stage, in order; of the whole stage where it numbers none. */
function blocksOf(model: Model, { prefixes }: Stage): readonly (readonly string[])[] {
  const [prefix = ""] = prefixes;
  if (prefixes.length !== 1) return [prefixes];
  const inside = Object.keys(model.specs)
    .filter((name) => isUnder(name, prefix))
    .map((name) => name.slice(prefix.length + 1));
  // A number right before the weight's own name counts layers within a block, as in "features.0.0.weight".
  if (!inside.every((rest) => /^\d+\..+\./.test(rest))) return [prefixes];
  const numbers = [...new Set(inside.map((rest) => Number.parseInt(rest, 10)))];
  return numbers.sort((a, b) => a - b).map((number) => [`${prefix}.${number}`]);
}
