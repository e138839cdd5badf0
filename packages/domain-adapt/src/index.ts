export type { Alignment, Domains, LinearMap } from "./align/alignment.js";
export { type CoralOptions, coral } from "./align/coral.js";
export { gaussianKernel, kernelWidth } from "./align/kernel.js";
export { type LinearTransportOptions, linearTransport } from "./align/linear-transport.js";
export { type SinkhornOptions, sinkhornTransport } from "./align/sinkhorn-transport.js";
export { type SubspaceOptions, subspaceAlignment } from "./align/subspace.js";
export { type TcaOptions, tca } from "./align/tca.js";
export { nearestClasses } from "./heads/nearest.js";
export { featuresOf, type Matrix, matrixOf, takeRows } from "./linalg/matrix.js";
export { unitRows, zScores } from "./linalg/moments.js";
export { type DiscriminatorOptions, discriminatorWeights } from "./weights/discriminator.js";
export { type KernelMeanOptions, kernelMeanMatching } from "./weights/kernel-mean-matching.js";
export { type KliepOptions, kliep } from "./weights/kliep.js";
export {
  type BoostedHeads,
  boostedClasses,
  classesOf,
  type TrAdaBoostOptions,
  trAdaBoost,
} from "./weights/tradaboost.js";
