export { featuresOf, type Matrix, matrixOf, takeRows } from "@graft-ml/core/linalg";
export type { Alignment, Domains, LinearMap } from "./align/alignment.js";
export { type CoralOptions, coral } from "./align/coral.js";
export { gaussianKernel, kernelWidth } from "./align/kernel.js";
export { type LinearTransportOptions, linearTransport } from "./align/linear-transport.js";
export { type SinkhornOptions, sinkhornTransport } from "./align/sinkhorn-transport.js";
export { type SubspaceOptions, subspaceAlignment } from "./align/subspace.js";
export { type TcaOptions, tca } from "./align/tca.js";
export {
  type Adapting,
  type Autopilot,
  type AutopilotEvent,
  type AutopilotOptions,
  adapt,
} from "./autopilot/adapt.js";
export type { CandidateRow } from "./autopilot/candidate-row.js";
export { candidates, SOURCE_ONLY } from "./autopilot/candidates.js";
export { type CandidateChoice, chooseCandidate, type JudgedCandidate } from "./autopilot/choose.js";
export type { AdaptOptions } from "./autopilot/lesson.js";
export type { ValidatorName } from "./autopilot/validators.js";
export {
  type AdaptBatchNormOptions,
  adaptBatchNorm,
  type StatisticsProgress,
} from "./deep/adabn.js";
export { adaptDeep, type DeepAdapting } from "./deep/adapt-deep.js";
export type { AdaptDeepOptions, DeepAdapted } from "./deep/adapt-deep-options.js";
export type { Adaptation, DomainOutputs, PenaltyInput } from "./deep/adaptation.js";
export { type AdaptationProgramOptions, adaptationProgram } from "./deep/adaptation-program.js";
export {
  type AdaptationName,
  type AdaptationOptions,
  adaptationNames,
  deepAdaptation,
} from "./deep/adaptations.js";
export { type DomainBatchesOptions, domainBatches } from "./deep/domain-batches.js";
export {
  meanTeacherProgram,
  type TeacherOptions,
  teacherWeights,
  withTeacher,
} from "./deep/mean-teacher.js";
export {
  type PseudoLabelOptions,
  type PseudoLabels,
  pseudoLabelled,
  selectPseudoLabels,
} from "./deep/pseudo-labels.js";
export {
  type SelfTrainEvent,
  type SelfTraining,
  type SelfTrainOptions,
  selfTrain,
} from "./deep/self-training.js";
export { readsOfViews, twoViews } from "./deep/two-views.js";
export { unionSource } from "./deep/union-source.js";
export { classesOf, headLogits, headProbabilities } from "./heads/linear-head.js";
export { nearestClasses } from "./heads/nearest.js";
export { type SelfTrainedOptions, selfTrainedHead } from "./heads/self-trained-head.js";
export { engineAlgebra } from "./linalg/engine-algebra.js";
export {
  type AlgebraOptions,
  hostAlgebra,
  type LinearAlgebra,
  type RootBound,
  type Roots,
} from "./linalg/linear-algebra.js";
export { unitRows } from "./linalg/moments.js";
export { type Scaling, scaledBy, scalingOf, zScores } from "./linalg/scaling.js";
export {
  type HardNormOptions,
  hardFeatureNorm,
  type StepwiseNormOptions,
  stepwiseFeatureNorm,
} from "./losses/afn.js";
export {
  type ConditionOptions,
  conditionFeatures,
  entropyWeights,
  type RandomProjection,
} from "./losses/cdan.js";
export { type ConsistencyOptions, consistencyLoss } from "./losses/consistency.js";
export {
  type Discriminator,
  type DomainDiscriminatorOptions,
  type DomainLossOptions,
  domainDiscriminator,
  domainLoss,
} from "./losses/dann.js";
export { deepCoral } from "./losses/deep-coral.js";
export { type EntropyOptions, entropyLoss } from "./losses/entropy.js";
export type { KernelOptions } from "./losses/gaussian-kernels.js";
export { reversalRamp, reverseGradient } from "./losses/gradient-reversal.js";
export { type JointMmdOptions, jointMmdLoss } from "./losses/joint-mmd.js";
export { type ClassConfusionOptions, classConfusion } from "./losses/mcc.js";
export { type MmdLossOptions, mmdLoss } from "./losses/mmd.js";
export type { MmdEstimate } from "./losses/mmd-coefficients.js";
export type { DomainPair } from "./losses/shapes.js";
export { type ADistance, aDistance } from "./shift/a-distance.js";
export { coralDistance } from "./shift/coral-distance.js";
export type { DomainClassifierOptions } from "./shift/domain-classifier.js";
export type { DrawOptions, RowCounts } from "./shift/draw-rows.js";
export {
  type DriftTableOptions,
  driftTable,
  type FeatureDrift,
  type FeatureMoments,
} from "./shift/drift-table.js";
export {
  type ConfusionShift,
  type ConfusionShiftOptions,
  type LabelShift,
  labelShiftFromConfusion,
} from "./shift/label-shift.js";
export {
  labelShiftFromProbabilities,
  type ProbabilityShift,
  type ProbabilityShiftOptions,
  reweightProbabilities,
} from "./shift/label-shift-em.js";
export {
  type MeasureShiftOptions,
  measureShift,
  type ShiftMeasures,
} from "./shift/measure-shift.js";
export { type Mmd, type MmdOptions, mmd } from "./shift/mmd.js";
export { type TwoSampleTest, twoSampleTest } from "./shift/two-sample-test.js";
export type { StyleChange, StyledText } from "./style/change.js";
export {
  createStyle,
  type Style,
  type StyleOptions,
  type StyleRules,
} from "./style/create-style.js";
export type { OwnStyleRule } from "./style/own-rules.js";
export { type StyleReport, type StyleRuleReport, styleReport } from "./style/style-report.js";
export { type WordCounts, wordCounts } from "./style/word-counts.js";
export { hScore } from "./transferability/h-score.js";
export { leep } from "./transferability/leep.js";
export { type LogMeOptions, logMe } from "./transferability/log-me.js";
export {
  type BootstrapOptions,
  type BootstrapWins,
  bootstrapWins,
  type RowScorer,
  rowScorer,
} from "./validate/bootstrap-wins.js";
export {
  type CircularOptions,
  circularScore,
  type FitClassifier,
} from "./validate/circular-score.js";
export { type Clusters, clusterScore, clustersOf } from "./validate/clusters.js";
export { entropyScore, informationScore } from "./validate/entropy-scores.js";
export {
  type NeighbourOptions,
  nearestRows,
  neighbourInformation,
} from "./validate/neighbour-information.js";
export { neighbourhoodDensityScore } from "./validate/neighbourhood-density.js";
export { nuclearNormScore } from "./validate/nuclear-norm.js";
export { type RankedCandidates, rankCandidates } from "./validate/rank-candidates.js";
export { type ValidatorQuality, validatorQuality } from "./validate/validator-quality.js";
export {
  deepEmbeddedScore,
  importanceWeightedScore,
  type SourceLossOptions,
  sourceLosses,
  type WeightedRiskOptions,
} from "./validate/weighted-risk.js";
export {
  type DensityRatioOptions,
  densityRatios,
  effectiveRows,
} from "./weights/density-ratios.js";
export { type DiscriminatorOptions, discriminatorWeights } from "./weights/discriminator.js";
export { type KernelMeanOptions, kernelMeanMatching } from "./weights/kernel-mean-matching.js";
export { type KliepOptions, kliep } from "./weights/kliep.js";
export {
  type BoostedHeads,
  boostedClasses,
  type TrAdaBoostOptions,
  trAdaBoost,
} from "./weights/tradaboost.js";
