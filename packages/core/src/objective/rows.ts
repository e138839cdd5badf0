import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import { fieldOf, type Logits, weightsOfBatch } from "../train/judge.js";

/** What all batches held of the samples with a weight: row-major (count, width). */
export type Rows = {
  readonly logits: readonly number[];
  readonly targets: readonly number[];
  readonly weights: readonly number[];
  readonly width: number;
};

/** Keeps every row, for metrics that no mean of batches gives; needs `targets`, as wide as the logits. */
export function collectRows(): { add(batch: Batch, logits: Logits): void; rows(): Rows } {
  const kept = {
    logits: [] as number[],
    targets: [] as number[],
    weights: [] as number[],
    width: 0,
  };
  return {
    add(batch, { data, width }) {
      const targets = fieldOf(batch, "targets");
      if (targets.data.length !== data.length) {
        throw new GraftError(
          "shape-mismatch",
          `${data.length} logits of ${width} outputs don't fit targets of [${targets.shape}]. Pass a target for each output.`,
          { details: { logits: data.length, width, targets: targets.shape } },
        );
      }
      kept.width = width;
      const weights = weightsOfBatch(batch, data.length / width);
      for (let row = 0; row < weights.length; row++) {
        if (!(weights[row]! > 0)) continue;
        kept.weights.push(weights[row]!);
        for (let at = row * width; at < (row + 1) * width; at++) {
          kept.logits.push(data[at]!);
          kept.targets.push(targets.data[at]!);
        }
      }
    },
    rows: () => kept,
  };
}

/** The weighted mean over the rows of the mean of a loss over a row's outputs. */
export function meanLoss(
  { logits, targets, weights, width }: Rows,
  loss: (logit: number, target: number, output: number) => number,
): number {
  let [sum, all] = [0, 0];
  weights.forEach((weight, row) => {
    for (let output = 0; output < width; output++) {
      const at = row * width + output;
      sum += (weight * loss(logits[at]!, targets[at]!, output)) / width;
    }
    all += weight;
  });
  return sum / all;
}
