import { GraftError } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { hardFeatureNorm, stepwiseFeatureNorm } from "../losses/afn.js";
import { deepCoral } from "../losses/deep-coral.js";
import { entropyLoss } from "../losses/entropy.js";
import type { KernelOptions } from "../losses/gaussian-kernels.js";
import { jointMmdLoss } from "../losses/joint-mmd.js";
import { classConfusion } from "../losses/mcc.js";
import { mmdLoss } from "../losses/mmd.js";
import type { MmdEstimate } from "../losses/mmd-coefficients.js";
import type { Adaptation, PenaltyInput } from "./adaptation.js";
import { cdanAdaptation, dannAdaptation } from "./adversaries.js";

export type AdaptationOptions = {
  /** Width of the features that are compared: what the model's head takes. */
  readonly features: number;
  readonly classes: number;
  /** Width of a discriminator's hidden layers. Default 256. */
  readonly hidden?: number;
  /** CDAN: the widest product of features and classes that is taken whole; wider ones are projected to this. Default 4096. */
  readonly widest?: number;
  /** MCC. Default 2.5. */
  readonly temperature?: number;
  /** DAN and JAN: kernels of the features. */
  readonly kernels?: KernelOptions;
  /** DAN and JAN. Default "biased". */
  readonly estimate?: MmdEstimate;
  /** HAFN. Default 25. */
  readonly radius?: number;
  /** SAFN. Default 1. */
  readonly step?: number;
};

/** The methods that `deepAdaptation` knows. */
export type AdaptationName =
  | "dann"
  | "cdan"
  | "cdan-e"
  | "deep-coral"
  | "dan"
  | "jan"
  | "mcc"
  | "hafn"
  | "safn"
  | "entropy";

type Make = (options: AdaptationOptions) => Adaptation;

/** A penalty without weights of its own, which grows with the ramp. */
const ramped =
  (
    name: AdaptationName,
    weight: number,
    penaltyOf: (input: PenaltyInput, options: AdaptationOptions) => tf.Scalar,
  ): Make =>
  (options) => ({
    name,
    config: JSON.parse(JSON.stringify(options)),
    weight,
    specs: {},
    penalty: (input) => tf.mul(penaltyOf(input, options), input.ramp),
  });

/** JAN's kernel of the softmax has one width (Long et al. 2017, section 5.1). */
const SOFTMAX_KERNEL = { width: 1.68, multipliers: [1] } as const;

const jan = ({ source, target }: PenaltyInput, options: AdaptationOptions): tf.Scalar => {
  const { kernels = {}, estimate = "biased" } = options;
  const features = { source: source.features, target: target.features, ...kernels };
  const classes = {
    source: tf.softmax(source.logits),
    target: tf.softmax(target.logits),
    ...SOFTMAX_KERNEL,
  };
  return jointMmdLoss({ layers: [features, classes], estimate });
};

const featuresOf = ({ source, target }: PenaltyInput) => ({
  source: source.features,
  target: target.features,
});

const makers: Readonly<Record<AdaptationName, Make>> = {
  dann: dannAdaptation,
  cdan: (options) => cdanAdaptation({ ...options, entropies: false }),
  "cdan-e": (options) => cdanAdaptation({ ...options, entropies: true }),
  "deep-coral": ramped("deep-coral", 1, (input) => deepCoral(featuresOf(input))),
  dan: ramped("dan", 1, (input, { kernels = {}, estimate = "biased" }) =>
    mmdLoss({ ...featuresOf(input), ...kernels, estimate }),
  ),
  jan: ramped("jan", 1, jan),
  mcc: ramped("mcc", 1, ({ target }, { temperature = 2.5 }) =>
    classConfusion({ logits: target.logits, temperature }),
  ),
  hafn: ramped("hafn", 0.05, (input, { radius = 25 }) =>
    hardFeatureNorm({ ...featuresOf(input), radius }),
  ),
  safn: ramped("safn", 0.05, ({ source, target }, { step = 1 }) =>
    tf.add<tf.Scalar>(
      stepwiseFeatureNorm({ features: source.features, step }),
      stepwiseFeatureNorm({ features: target.features, step }),
    ),
  ),
  entropy: ramped("entropy", 0.1, ({ target }) => entropyLoss({ logits: target.logits })),
};

/** The methods by name, adversarial ones first. */
export const adaptationNames = Object.keys(makers) as readonly AdaptationName[];

/**
 * A method by its name: "dann" (arXiv 1409.7495), "cdan" and "cdan-e" (1705.10667), "deep-coral"
 * (1607.01719), "dan" (1502.02791), "jan" (1605.06636), "mcc" (1912.03699), "hafn" and "safn"
 * (1811.07456), "entropy" (Grandvalet and Bengio 2004). Throws `config-invalid` for any other.
 */
export function deepAdaptation(name: AdaptationName, options: AdaptationOptions): Adaptation {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make) return make(options);
  throw new GraftError(
    "config-invalid",
    `There is no deep adaptation "${name}". Choose one of ${adaptationNames.join(", ")}.`,
    { details: { name, names: adaptationNames } },
  );
}
