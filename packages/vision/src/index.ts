export { type Augmentation, type AugmentOptions, augment } from "./augment/augment.js";
export { type ClassifierTraining, trainClassifier } from "./classifier/classifier.js";
export {
  type ClassifierCheckpoint,
  type ClassifierEvent,
  type ClassifierPhase,
  defaultCut,
  type PhaseOptions,
  type TrainClassifierOptions,
  type TrainedClassifier,
} from "./classifier/classifier-options.js";
export {
  type Classifier,
  type ClassifierOptions,
  openClassifier,
  type Prediction,
} from "./classifier/predict.js";
export {
  type ClassifierLoss,
  classifierProgram,
  featureProgram,
  type ProgramEntry,
} from "./classifier/program.js";
export { type ClassifierGraph, classifierGraph } from "./export/classifier-graph.js";
export {
  clientPreprocessor,
  type PictureInput,
  type PictureInputForm,
  pictureInputs,
} from "./export/picture-input.js";
export { resizeAndCrop } from "./export/resize-and-crop.js";
export { type ExtractOptions, extractFeatures, type FeatureBatch } from "./features/extract.js";
export {
  type CacheEvent,
  type CacheFeaturesOptions,
  cacheFeatures,
} from "./features/feature-cache.js";
export {
  type FeatureStore,
  type FeatureTable,
  type FeatureWriter,
  featureSource,
  memoryFeatureStore,
  type TableLayout,
} from "./features/feature-store.js";
export { crop, type Picture, type Rectangle } from "./picture/picture.js";
export { normalize, type Preprocess, pictureBatch, preprocess } from "./picture/preprocess.js";
export { preprocessFromConfig, preprocessStyle } from "./picture/preprocess-config.js";
export { toPreprocessorConfig } from "./picture/preprocess-hugging-face.js";
export { type ResampleOptions, resample } from "./picture/resample.js";
export type { Interpolation } from "./picture/resample-filter.js";
