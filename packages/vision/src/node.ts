export {
  type CheckEvent,
  type CheckPicturesOptions,
  checkPictures,
} from "./dataset/check-pictures.js";
export {
  type OpenPicturesOptions,
  openPictures,
  type PictureDataset,
  type PictureSample,
  type SkippedPicture,
} from "./dataset/dataset.js";
export { fingerprintPictures } from "./dataset/fingerprint.js";
export { createPictureCache, type PictureCache } from "./dataset/picture-cache.js";
export { type PictureSourceOptions, pictureSource } from "./dataset/picture-source.js";
export { type DecodeOptions, decodePicture, PICTURE_EXTENSIONS } from "./picture/decode.js";
