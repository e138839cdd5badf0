export {
  type CheckEvent,
  type CheckPicturesOptions,
  checkPictures,
} from "./dataset/check-pictures.js";
export { pictureColumns } from "./dataset/csv.js";
export {
  type OpenPicturesOptions,
  openPictures,
  type PictureDataset,
  type PictureFile,
  type PictureSample,
  type SkippedPicture,
} from "./dataset/dataset.js";
export {
  type DuplicateCluster,
  type DuplicateEvent,
  type FindDuplicatesOptions,
  findDuplicates,
  type PictureParts,
} from "./dataset/find-duplicates.js";
export { fingerprintPictures } from "./dataset/fingerprint.js";
export { createPictureCache, type PictureCache } from "./dataset/picture-cache.js";
export type { PictureLook, PictureLooks } from "./dataset/picture-look.js";
export {
  type PictureSourceOptions,
  pictureSource,
  targetSource,
} from "./dataset/picture-source.js";
export {
  type OpenTableOptions,
  openPictureTable,
  type PictureTable,
  type TargetSample,
} from "./dataset/picture-table.js";
export { foldPictures, inOnePart, splitPictures } from "./dataset/split-pictures.js";
export { withoutLeaks } from "./dataset/without-leaks.js";
export { type DecodeOptions, decodePicture, PICTURE_EXTENSIONS } from "./picture/decode.js";
