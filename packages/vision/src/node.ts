export { type CheckEvent, type CheckPicturesOptions, checkPictures } from "./check-pictures.js";
export {
  type OpenPicturesOptions,
  openPictures,
  type PictureDataset,
  type PictureSample,
  type SkippedPicture,
} from "./dataset.js";
export { type DecodeOptions, decodePicture, PICTURE_EXTENSIONS } from "./decode.js";
export { fileFeatureStore, fingerprintPictures } from "./feature-file.js";
export { createPictureCache, type PictureCache } from "./picture-cache.js";
export { type PictureSourceOptions, pictureSource } from "./picture-source.js";
