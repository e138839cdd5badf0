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
import { onPictures } from "./on-pictures.js";
import type { ClassesReading } from "./reading.js";
import type { TaskKind } from "./task-kind.js";

/** One class a picture. */
export const imageKind: TaskKind<
  PictureDataset,
  PictureSample,
  ClassesScored,
  ClassesReading,
  PictureEntry,
  Picture
> = {
  ...oneClass<PictureDataset, PictureSample>("image"),
  ...onPictures(pictureSource),
  about: (names) => `tells ${names.length} classes of pictures apart`,
  open: ({ data }, given) => openPictures(data, { validation: 0, ...given }),
  openToScore: openForEvaluation,
  learning(options, { dataset, input }) {
    const { loss, drawn } = balanced(options, dataset);
    return { task: pictureTask({ preprocess: preprocessOf(input), loss }), ...drawn };
  },
};
