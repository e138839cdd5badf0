export { arraySource } from "./data/array-source.js";
export {
  type Batches,
  type BatchesOptions,
  createBatches,
  type SampleGroup,
  type Source,
} from "./data/batch.js";
export { balancedClassWeights, positiveWeights } from "./data/class-weights.js";
export { type Clusters, createClusters } from "./data/clusters.js";
export { evaluationBatches } from "./data/evaluation.js";
export { foldSamples, requireLearned } from "./data/fold-samples.js";
export { type Fold, leaveGroupsOut, stratifiedFolds } from "./data/folds.js";
export { type GroupedOptions, groupedFolds, groupedSplit } from "./data/grouped-split.js";
export { type MixingOptions, mixedBatches } from "./data/mixed-batches.js";
export {
  balancedSampler,
  type Sampler,
  type WeightedSamplerOptions,
  weightedSampler,
} from "./data/sampler.js";
export { rangesOf, type Sample, type Stratum, setApart } from "./data/set-apart.js";
export { type Split, stratifiedSplit } from "./data/split.js";
export { type Copies, copiesOf, type Parts, splitSamples } from "./data/split-samples.js";
export { type Subset, subsetSource } from "./data/subset-source.js";
export { checkSnapshot, type SessionShapes } from "./engine/check-snapshot.js";
export { createEagerEngine, type EagerOptions } from "./engine/eager.js";
export { requireFinite } from "./engine/eager-session.js";
export { type MicroStep, microStep, runProgram } from "./engine/gradient-step.js";
export { checkBatch } from "./engine/host-arrays.js";
export { createQueue, type Queue } from "./engine/queue.js";
export type {
  Batch,
  Engine,
  RunResult,
  Session,
  SessionMemory,
  SessionOptions,
  Snapshot,
  StepOptions,
  StepResult,
} from "./engine.js";
export { type ErrorCode, GraftError, isGraftError } from "./errors.js";
export { type ExtractOptions, extractFeatures, type FeatureBatch } from "./features/extract.js";
export {
  type CacheEvent,
  type CacheFeaturesOptions,
  cacheFeatures,
  weightsOf,
} from "./features/feature-cache.js";
export { featureSource } from "./features/feature-source.js";
export {
  type FeaturePrecision,
  type FeatureStore,
  type FeatureStoreOptions,
  type FeatureTable,
  type FeatureWriter,
  memoryFeatureStore,
  type TableGroups,
  type TableLayout,
} from "./features/feature-store.js";
export { sha256, sha256OfText } from "./features/sha256.js";
export { subsetTable } from "./features/subset-table.js";
export {
  type FewShotDistance,
  type FewShotHead,
  fewShotLogits,
  fewShotProbabilities,
  linearFromPrototypes,
} from "./few-shot/few-shot-head.js";
export { type FewShotOptions, fitFewShotHead } from "./few-shot/fit-few-shot-head.js";
export {
  fitLogisticHead,
  type LogisticHead,
  type LogisticOptions,
} from "./few-shot/fit-logistic-head.js";
export { featuresTask } from "./fine-tune/features-task.js";
export { shotsDistances } from "./fine-tune/few-shot.js";
export {
  type FindRatesEvent,
  type FindRatesOptions,
  type FoundRate,
  findRates,
} from "./fine-tune/find-rates.js";
export { type FineTuning, fineTune } from "./fine-tune/fine-tune.js";
export type {
  FineTuneCheckpoint,
  FineTuned,
  FineTuneEvent,
  FineTuneOptions,
  HeadFitted,
  Learners,
  PhaseOptions,
  ShotsHead,
  Strategy,
} from "./fine-tune/options.js";
export { type PhaseSummary, phaseSummaries } from "./fine-tune/phase-summaries.js";
export { type PhaseChoices, phasesOf } from "./fine-tune/phases-of.js";
export { defaultCut, type FineTunePlan, type PhasePlan, planFineTune } from "./fine-tune/plan.js";
export { featureProgram, type Task, taskProgram } from "./fine-tune/task.js";
export { type UsualOptions, usualOptions } from "./fine-tune/usual-options.js";
export type {
  ClientModel,
  ClientPicture,
  ClientPipeline,
  ClientSample,
} from "./frozen/client-pipeline.js";
export {
  type FrozenPipeline,
  type FrozenPipelineOptions,
  type FrozenTableOptions,
  frozenPipeline,
} from "./frozen/frozen-pipeline.js";
export type { FrozenPooling } from "./frozen/pooled-rows.js";
export { differentiableKernels, registerGradients } from "./gradients.js";
export {
  type BinaryCrossEntropyOptions,
  type BinaryOptions,
  binaryCrossEntropy,
  type FocalOptions,
  focalLoss,
} from "./loss/binary-cross-entropy.js";
export {
  type CosineLossOptions,
  type CosineOptions,
  cosineSimilarity,
  cosineSimilarityLoss,
} from "./loss/cosine-similarity.js";
export {
  type CrossEntropyOptions,
  crossEntropy,
  crossEntropyPerSample,
} from "./loss/cross-entropy.js";
export { type DistillationOptions, distillation } from "./loss/distillation.js";
export { huber, smoothL1 } from "./loss/huber.js";
export { type MixSamplesOptions, mixSamples } from "./loss/mix-samples.js";
export { type MseOptions, mse } from "./loss/mse.js";
export {
  matthewsCorrelation,
  pearsonCorrelation,
  spearmanCorrelation,
} from "./metrics/correlation.js";
export {
  bestThresholds,
  type LabelReport,
  type MultiLabelReport,
  type MultiLabelScores,
  multiLabelReport,
} from "./metrics/multi-label.js";
export { type PairedTTest, pairedTTest } from "./metrics/paired-t-test.js";
export { type RegressionReport, regressionReport } from "./metrics/regression.js";
export {
  chooseRejection,
  type RejectionPoint,
  type RiskCoverage,
  riskCoverage,
} from "./metrics/rejection.js";
export { type Reliability, type ReliabilityBin, reliability } from "./metrics/reliability.js";
export { fitTemperature, softmax, type Temperature } from "./metrics/temperature.js";
export {
  accuracy,
  confusionMatrix,
  macroF1,
  predictedClasses,
  type Scores,
  topKAccuracy,
} from "./metrics.js";
export {
  type BertOptions,
  bertFromConfig,
  bertVariants,
  bertWordVectors,
  createBert,
  withBertHead,
} from "./models/bert.js";
export {
  type BertConfig,
  type BertHead,
  type BertPooling,
  isBertConfig,
} from "./models/bert-config.js";
export { modelFromConfig, replaceHead, withInputChannels, withoutTop } from "./models/config.js";
export { addCosineHead } from "./models/cosine-head.js";
export { fitStore } from "./models/fit-store.js";
export {
  biasOnly,
  freeze,
  freezeTo,
  normOnly,
  type Selection,
  unfreeze,
  type WeightChoice,
  weightedStages,
} from "./models/freeze.js";
export { graftedWeights } from "./models/grafted-weights.js";
export { type InitOptions, initWeights } from "./models/init-weights.js";
export { type LayerwiseOptions, layerwiseRates } from "./models/layerwise-rates.js";
export { linearModel } from "./models/linear-model.js";
export { addLora, isLoraWeight, type LoraOptions, loraRanks } from "./models/lora.js";
export type { LoraTargets } from "./models/lora-layers.js";
export { mergeLora } from "./models/lora-merge.js";
export { loraOnly, loraPlusRates } from "./models/lora-train.js";
export type { Init, Model, Stage, WeightSpec, WeightSpecs } from "./models/model.js";
export type { ModelOptions } from "./models/model-options.js";
export { newBertHead } from "./models/new-bert-head.js";
export { architectureNames, createModel } from "./models/registry.js";
export { runStages, type StageRange, stageAfter, stagesOf } from "./models/run-stages.js";
export type { Pooling } from "./models/surgery.js";
export {
  type TrainableRow,
  type TrainableSummary,
  trainableSummary,
  trainableSummaryText,
} from "./models/trainable-summary.js";
export { type WarmHead, type WarmHeadOptions, warmHead } from "./models/warm-head.js";
export { type ModelSummary, splitWeights, summary } from "./models/weights.js";
export { type Activation, activations, leakyRelu, relu, relu6 } from "./nn/activation.js";
export { type Attention, type AttentionOptions, maskBias, selfAttention } from "./nn/attention.js";
export { type Conv, type ConvOptions, conv, type Padding } from "./nn/conv.js";
export { dropout } from "./nn/dropout.js";
export { type Embedding, type EmbeddingOptions, embedding } from "./nn/embedding.js";
export { gelu, registerKernels } from "./nn/kernels.js";
export { type Linear, linear } from "./nn/linear.js";
export type { LowRank } from "./nn/lora.js";
export {
  type Affine,
  type BatchNormOptions,
  batchNorm,
  convNorm,
  groupNorm,
  layerNorm,
  type Norm,
} from "./nn/norm.js";
export { createPass, type Pass } from "./nn/pass.js";
export {
  adaptiveAveragePool,
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  type PoolOptions,
} from "./nn/pool.js";
export {
  type ClassificationLoss,
  type ClassificationVerdict,
  classification,
  classificationJudge,
} from "./objective/classification.js";
export {
  binaryLoss,
  type MultiLabelLoss,
  type MultiLabelVerdict,
  multiLabel,
  multiLabelJudge,
  sigmoid,
} from "./objective/multi-label.js";
export { type Objective, plainJson } from "./objective/objective.js";
export {
  measureTargets,
  type RegressionLoss,
  regression,
  regressionJudge,
  scaleOutputs,
  type TargetScale,
} from "./objective/regression.js";
export { type AdamwOptions, adamw } from "./optim/adamw.js";
export { clipFactor, globalNorm } from "./optim/clip.js";
export { decayToStart } from "./optim/decay-to-start.js";
export { type EmaOptions, emaWeights, withEma } from "./optim/ema.js";
export {
  atRate,
  defaultDecay,
  defaultGroups,
  type GroupOptions,
  paramGroups,
} from "./optim/groups.js";
export {
  at,
  type Optimizer,
  type OptimizerScalars,
  type ParamGroup,
  type ParamGroups,
  type Schedule,
} from "./optim/optimizer.js";
export {
  type PlateauOptions,
  type PlateauSchedule,
  type PlateauState,
  plateauSchedule,
} from "./optim/plateau.js";
export {
  cosineSchedule,
  inSequence,
  linearSchedule,
  oneCycleSchedule,
  warmUp,
} from "./optim/schedule.js";
export { type SgdOptions, sgd } from "./optim/sgd.js";
export type { Json, Program, ProgramInput, ProgramOutput, TensorMap } from "./program.js";
export { fnv1a } from "./random/philox.js";
export {
  bernoulliBits,
  type Draw,
  hostRandom,
  normalValues,
  permutation,
  philox,
  type Random,
  randomWords,
  uniformValues,
} from "./random.js";
export { decodeCheckpoint, encodeCheckpoint, type SavedCheckpoint } from "./train/checkpoint.js";
export type { DivergenceOptions, DivergenceState } from "./train/divergence-guard.js";
export {
  type EarlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
  earlyStopping,
} from "./train/early-stopping.js";
export { type EvaluateEvent, type EvaluateOptions, evaluate } from "./train/evaluate.js";
export {
  fieldOf,
  type Judge,
  type JudgeOptions,
  type JudgeProgress,
  judged,
  type Logits,
  requireFiniteLoss,
  type Verdict,
  weightsOfBatch,
} from "./train/judge.js";
export { type LrFindEvent, type LrFindOptions, lrFind } from "./train/lr-find.js";
export { type Resulting, resulting } from "./train/resulting.js";
export { type RatePoint, type RateSuggestion, suggestRate } from "./train/suggest-rate.js";
export { type TrainCheckpoint, type TrainOptions, train } from "./train/train.js";
export type { TrainEvent } from "./train/train-event.js";
export type { TrainPoint, TrainProgress } from "./train/train-options.js";
export { flatten, isUnder, type Leaf, mapWeights, nest, pickWeights, type Tree } from "./tree.js";
export { blobSource } from "./weights/blob-source.js";
export { type CachedBytesOptions, cachedBytes } from "./weights/cached-bytes.js";
export { convertStore } from "./weights/conversions/convert-store.js";
export type { Layout } from "./weights/conversions/layout.js";
export type { ConversionTable, Rule } from "./weights/conversions/table.js";
export { upstreamStore } from "./weights/conversions/upstream-store.js";
export { bytesOf, dtypeBytes, sizeOf } from "./weights/dtype.js";
export { halfToNumber, numberToHalf } from "./weights/half.js";
export type { DType, FloatWeights, HostTensor, Weights } from "./weights/host-tensor.js";
export { type HttpSourceOptions, httpSource } from "./weights/http-source.js";
export { hubFileUrl } from "./weights/hub/hub-address.js";
export { type HubName, parseHubName } from "./weights/hub/hub-name.js";
export type { DownloadEvent } from "./weights/hub/transport.js";
export { kerasStore } from "./weights/keras/store.js";
export { type LoadOptions, loadWeights } from "./weights/load.js";
export { npzStore } from "./weights/npz/store.js";
export {
  openWeightsFile,
  type WeightsFileOptions,
  weightsAmong,
} from "./weights/open-weights-file.js";
export {
  type DecodeAdapterInput,
  decodeAdapter,
  type EncodeAdapterInput,
  encodeAdapter,
} from "./weights/peft/adapter.js";
export type { AdapterConfig } from "./weights/peft/adapter-config.js";
export { type PytorchOptions, pytorchStore } from "./weights/pytorch/store.js";
export {
  encodeSafetensors,
  type ReadSafetensorsOptions,
  readSafetensors,
  writeSafetensors,
} from "./weights/safetensors.js";
export { shardedStore } from "./weights/sharded-store.js";
export {
  type ByteSource,
  memorySource,
  memoryStore,
  type SafetensorsStore,
  safetensorsStore,
  type TensorInfo,
  type WeightStore,
} from "./weights/store.js";
export { tfjsStore } from "./weights/tfjs/store.js";
export { toFloat32 } from "./weights/to-float32.js";
export { withoutPrefix } from "./weights/without-prefix.js";
export { openZip, type Zip } from "./weights/zip.js";
export type { ZipLimits } from "./weights/zip-directory.js";
export type { ZipEntry } from "./weights/zip-entries.js";
