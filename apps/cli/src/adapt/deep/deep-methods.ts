import type { AdaptationName } from "@graft-ml/domain-adapt";

/** The methods that train the network itself. */
export type DeepMethod = AdaptationName | "mean-teacher" | "deep-self-training" | "adabn";

/** What each does, for people. */
export const deepSummaries: Readonly<Record<DeepMethod, string>> = {
  dann: "features by which a discriminator can't tell the domains apart",
  cdan: "the same, features and classes together",
  "cdan-e": "the same, surer samples counting more",
  "deep-coral": "features with the same covariance in both domains",
  dan: "features with the same means in several kernels",
  jan: "the same, features and classes together",
  mcc: "classes of the target that are not confused with each other",
  hafn: "features of one norm in both domains",
  safn: "norms of features that grow step by step in both domains",
  entropy: "sure answers on the target",
  "mean-teacher": "the same answers as a running mean of the network, on other views of the target",
  "deep-self-training": "three rounds on the source and the target's surest samples",
  adabn: "the statistics of batch norm measured on the target, after training on the source alone",
};

/** By name, adversarial ones first. */
export const deepNames = Object.keys(deepSummaries) as readonly DeepMethod[];
