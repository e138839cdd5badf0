export { type Augmentation, type AugmentOptions, augment } from "./augment/augment.js";
export { type TrainClassifierOptions, trainClassifier } from "./classifier/classifier.js";
export { type ClassScore, likeliest, probabilities } from "./classifier/likeliest.js";
export {
  openPictureNetwork,
  type PictureNetwork,
  type PictureNetworkOptions,
} from "./classifier/picture-network.js";
export {
  type ClassifierLoss,
  multiLabelTask,
  pictureTask,
  regressionTask,
} from "./classifier/picture-task.js";
export {
  type Classifier,
  type ClassifierOptions,
  openClassifier,
  type Prediction,
} from "./classifier/predict.js";
export { type CopiedOptions, copiedPictures } from "./dataset/copied-pictures.js";
export { type PictureSketch, pictureSketch } from "./dataset/picture-sketch.js";
export { splitPictures } from "./dataset/split-pictures.js";
export { type ClassifierGraph, classifierGraph } from "./export/classifier-graph.js";
export {
  clientPreprocessor,
  type PictureInput,
  type PictureInputForm,
  pictureInputs,
} from "./export/picture-input.js";
export { resizeAndCrop } from "./export/resize-and-crop.js";
export { type DecodeImageOptions, decodeImage } from "./picture/decode-image.js";
export { crop, type Picture, type Rectangle } from "./picture/picture.js";
export { normalize, type Preprocess, pictureBatch, preprocess } from "./picture/preprocess.js";
export { preprocessFromConfig, preprocessStyle } from "./picture/preprocess-config.js";
export { toPreprocessorConfig } from "./picture/preprocess-hugging-face.js";
export { type ResampleOptions, resample } from "./picture/resample.js";
export type { Interpolation } from "./picture/resample-filter.js";
