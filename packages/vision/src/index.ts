export { type Augmentation, type AugmentOptions, augment } from "./augment.js";
export { type ClassifierTraining, trainClassifier } from "./classifier.js";
export {
  type ClassifierCheckpoint,
  type ClassifierEvent,
  type ClassifierPhase,
  defaultCut,
  type PhaseOptions,
  type TrainClassifierOptions,
  type TrainedClassifier,
} from "./classifier-options.js";
export { type ExtractOptions, extractFeatures, type FeatureBatch } from "./extract.js";
export { type CacheEvent, type CacheFeaturesOptions, cacheFeatures } from "./feature-cache.js";
export {
  type FeatureStore,
  type FeatureTable,
  type FeatureWriter,
  featureSource,
  memoryFeatureStore,
  type TableLayout,
} from "./feature-store.js";
export { crop, type Picture, type Rectangle } from "./picture.js";
export {
  type Classifier,
  type ClassifierOptions,
  openClassifier,
  type Prediction,
} from "./predict.js";
export { normalize, type Preprocess, pictureBatch, preprocess } from "./preprocess.js";
export { preprocessFromConfig, preprocessStyle } from "./preprocess-config.js";
export { toPreprocessorConfig } from "./preprocess-hugging-face.js";
export {
  type ClassifierLoss,
  classifierProgram,
  featureProgram,
  type ProgramEntry,
} from "./program.js";
export { type ResampleOptions, resample } from "./resample.js";
export type { Interpolation } from "./resample-filter.js";
