export { type Augmentation, type AugmentOptions, augment } from "./augment.js";
export {
  crop,
  type Picture,
  type Rectangle,
} from "./picture.js";
export { normalize, type Preprocess, pictureBatch, preprocess } from "./preprocess.js";
export { preprocessFromConfig, preprocessStyle } from "./preprocess-config.js";
export { toPreprocessorConfig } from "./preprocess-hugging-face.js";
export { type ResampleOptions, resample } from "./resample.js";
export type { Interpolation } from "./resample-filter.js";
