import { type Picture, pictureTask } from "@graft-ml/vision";
import {
  openPictures,
  type PictureDataset,
  type PictureSample,
  pictureSource,
} from "@graft-ml/vision/node";
import type { PictureEntry } from "../modality/pictures.js";
import type { ClassesScored } from "../run/predictions.js";
import { openForEvaluation } from "../source/data.js";
import { preprocessOf } from "../source/model-input.js";
import { balanced, oneClass } from "./classes.js";
import { checkForPictures, onPictures } from "./on-pictures.js";
import type { ClassesReading } from "./reading.js";
import type { TaskKind } from "./task-kind.js";

const common = oneClass<PictureDataset, PictureSample>("image");

/** One class a picture. */
export const imageKind: TaskKind<
  PictureDataset,
  PictureSample,
  ClassesScored,
  ClassesReading,
  PictureEntry,
  Picture
> = {
  ...common,
  ...onPictures(pictureSource),
  about: (names) => `tells ${names.length} classes of pictures apart`,
  check(options) {
    checkForPictures(options);
    common.check(options);
  },
  open: ({ data }, given) => openPictures(data, { validation: 0, ...given }),
  openToScore: openForEvaluation,
  learning(options, { dataset, input }) {
    const { loss, drawn } = balanced(options, dataset);
    return { task: pictureTask({ preprocess: preprocessOf(input), loss }), ...drawn };
  },
};
