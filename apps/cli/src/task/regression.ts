import { type Picture, regressionTask } from "@graft-ml/vision";
import {
  openPictureTable,
  type PictureTable,
  type TargetSample,
  targetSource,
} from "@graft-ml/vision/node";
import type { PictureEntry } from "../modality/pictures.js";
import type { NumbersScored } from "../run/predictions.js";
import { preprocessOf } from "../source/model-input.js";
import { checkForPictures, onPictures } from "./on-pictures.js";
import { openTableToScore } from "./open-table.js";
import type { NumbersReading } from "./reading.js";
import { predictedNumbers, scaleOf } from "./targets.js";
import type { TaskKind } from "./task-kind.js";

const common = predictedNumbers<PictureTable, TargetSample>("regression");

/** Numbers to predict of pictures. */
export const regressionKind: TaskKind<
  PictureTable,
  TargetSample,
  NumbersScored,
  NumbersReading,
  PictureEntry,
  Picture
> = {
  ...common,
  ...onPictures(targetSource),
  about: (names) => (names.length === 1 ? "predicts a number" : `predicts ${names.length} numbers`),
  check(options) {
    checkForPictures(options);
    common.check(options);
  },
  open: ({ data, targets }, given) =>
    openPictureTable(data, {
      task: "regression",
      validation: 0,
      ...(targets === null ? {} : { columns: targets }),
      ...given,
    }),
  openToScore: (data, classes) =>
    openTableToScore(data, classes, (columns) => ({ task: "regression", columns })),
  learning: (_, { dataset, input }) => ({
    task: regressionTask({ preprocess: preprocessOf(input), ...scaleOf(dataset) }),
  }),
};
