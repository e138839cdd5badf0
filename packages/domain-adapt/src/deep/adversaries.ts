import type { TensorMap, WeightSpecs } from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";
import { conditionFeatures, entropyWeights } from "../losses/cdan.js";
import { domainDiscriminator, domainLoss } from "../losses/dann.js";
import { reverseGradient } from "../losses/gradient-reversal.js";
import type { Adaptation, DomainOutputs } from "./adaptation.js";

const DISCRIMINATOR = "discriminator";
const PROJECTION = "projection";

/** The discriminator learns at full strength; what reaches the features is turned, and grows with the ramp. */
export function dannAdaptation(options: { features: number; hidden?: number }): Adaptation {
  const { features, hidden = 256 } = options;
  const { specs, apply } = domainDiscriminator({ name: DISCRIMINATOR, features, hidden });
  return {
    name: "dann",
    config: { features, hidden },
    weight: 1,
    specs,
    penalty: ({ source, target, ramp, params }) => {
      const judged = ({ features: x }: DomainOutputs) => apply(params, reverseGradient(x, ramp));
      return domainLoss({ source: judged(source), target: judged(target) });
    },
  };
}

export type CdanOptions = {
  readonly features: number;
  readonly classes: number;
  readonly hidden?: number;
  readonly widest?: number;
  readonly entropies: boolean;
};

/** As DANN, of features conditioned on the classes; too wide a product is projected at random. */
export function cdanAdaptation(options: CdanOptions): Adaptation {
  const { features, classes, hidden = 256, widest = 4096, entropies } = options;
  const projected = features * classes > widest;
  const width = projected ? widest : features * classes;
  const judge = domainDiscriminator({ name: DISCRIMINATOR, features: width, hidden });
  const conditioned = (params: TensorMap, side: DomainOutputs): tf.Tensor2D =>
    conditionFeatures({ ...side, ...(projected ? { projection: projectionOf(params) } : {}) });
  return {
    name: entropies ? "cdan-e" : "cdan",
    config: { features, classes, hidden, widest },
    weight: 1,
    specs: { ...judge.specs, ...(projected ? projectionSpecs(options, width) : {}) },
    fixed: (name) => name.startsWith(`${PROJECTION}.`),
    penalty: ({ source, target, ramp, params }) => {
      const judged = (side: DomainOutputs) =>
        judge.apply(params, reverseGradient(conditioned(params, side), ramp));
      const weights = entropies
        ? {
            sourceWeight: entropyWeights(source.logits),
            targetWeight: entropyWeights(target.logits),
          }
        : {};
      return domainLoss({ source: judged(source), target: judged(target), ...weights });
    },
  };
}

function projectionSpecs({ features, classes }: CdanOptions, width: number): WeightSpecs {
  const init = { kind: "normal", std: 1 } as const;
  return {
    [`${PROJECTION}.features`]: { shape: [features, width], role: "param", init },
    [`${PROJECTION}.classes`]: { shape: [classes, width], role: "param", init },
  };
}

const projectionOf = (params: TensorMap) => ({
  features: params[`${PROJECTION}.features`] as tf.Tensor2D,
  classes: params[`${PROJECTION}.classes`] as tf.Tensor2D,
});
