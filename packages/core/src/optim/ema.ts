import * as tf from "@tensorflow/tfjs-core";
import type { Snapshot } from "../engine.js";
import { GraftError } from "../errors.js";
import { mapWeights } from "../tree.js";
import type { FloatWeights, HostTensor } from "../weights/host-tensor.js";
import type { Optimizer } from "./optimizer.js";

export type EmaOptions = {
  /** Share of the mean that an update keeps, from 0 to below 1. Default 0.9999; a run of a few hundred updates wants 0.99. */
  decay?: number;
  /** Keeps less at first, 1 - (1 + step)^-2/3, so that the mean forgets where training started. Default true. */
  warmUp?: boolean;
};

/**
 * Keeps the running mean of the weights (Polyak averaging; timm's ModelEmaV3) beside them: `emaWeights`
 * gives it. The slot `lag` holds mean - weight, so that zero, where every slot starts, is the mean
 * of a weight that hasn't moved. Costs one more array of state a weight. Throws `config-invalid`.
 */
export function withEma(optimizer: Optimizer, options: EmaOptions = {}): Optimizer {
  const { decay = 0.9999, warmUp = true } = options;
  if (!(decay >= 0 && decay < 1)) {
    throw new GraftError(
      "config-invalid",
      `The decay of the running mean is ${decay}; it must be at least 0 and below 1, such as 0.999.`,
      { details: { decay } },
    );
  }
  const keepAt = (step: number): number =>
    warmUp ? Math.min(decay, 1 - (1 + step) ** (-2 / 3)) : decay;
  return {
    name: `${optimizer.name}+ema`,
    slots: [...optimizer.slots, LAG],
    scalars: (input) => ({ ...optimizer.scalars(input), emaKeep: keepAt(input.step) }),
    update: ({ weight, grad, state, scalars }) =>
      tf.tidy(() => {
        const { [LAG]: lag = tf.zerosLike(weight), ...rest } = state;
        const next = optimizer.update({ weight, grad, state: rest, scalars });
        const behind = tf.sub(tf.add(lag, weight), next.weight);
        return {
          weight: next.weight,
          state: { ...next.state, [LAG]: tf.mul(behind, scalars.emaKeep ?? 0) },
        };
      }),
  };
}

const LAG = "lag";

/**
 * The means that `withEma` kept; frozen weights as they are. Running statistics are not averaged.
 * Throws `config-invalid` where the snapshot's optimizer kept none.
 */
export function emaWeights(snapshot: Snapshot): FloatWeights {
  const { optimizer, weights } = snapshot;
  const lags = optimizer?.state[LAG];
  if (lags === undefined) {
    throw new GraftError(
      "config-invalid",
      `The snapshot's optimizer ${optimizer ? `"${optimizer.name}" ` : "is missing and "}keeps no running means. Open the session with withEma(...).`,
    );
  }
  return mapWeights(weights, (weight, name) => plus(weight, lags[name]));
}

const plus = (
  weight: HostTensor<"float32">,
  lag: HostTensor<"float32"> | undefined,
): HostTensor<"float32"> =>
  lag === undefined
    ? weight
    : { ...weight, data: weight.data.map((value, i) => value + lag.data[i]!) };
