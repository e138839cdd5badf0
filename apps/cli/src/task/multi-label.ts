import { multiLabelTask, type Picture } from "@graft-ml/vision";
import {
  openPictureTable,
  type PictureTable,
  type TargetSample,
  targetSource,
} from "@graft-ml/vision/node";
import type { PictureEntry } from "../modality/pictures.js";
import type { LabelsScored } from "../run/predictions.js";
import { preprocessOf } from "../source/model-input.js";
import { severalLabels, weighed } from "./labels.js";
import { checkForPictures, onPictures } from "./on-pictures.js";
import { openTableToScore } from "./open-table.js";
import type { LabelsReading } from "./reading.js";
import type { TaskKind } from "./task-kind.js";

const common = severalLabels<PictureTable, TargetSample>("multi-label");

/** Any number of labels a picture. */
export const multiLabelKind: TaskKind<
  PictureTable,
  TargetSample,
  LabelsScored,
  LabelsReading,
  PictureEntry,
  Picture
> = {
  ...common,
  ...onPictures(targetSource),
  about: (names) => `gives pictures any number of ${names.length} labels`,
  check(options) {
    checkForPictures(options);
    common.check(options);
  },
  open: ({ data }, given) =>
    openPictureTable(data, { task: "multi-label", validation: 0, ...given }),
  openToScore: (data, classes) =>
    openTableToScore(data, classes, (names) => ({ task: "multi-label", names })),
  learning: (options, { dataset, input }) => ({
    task: multiLabelTask({ preprocess: preprocessOf(input), loss: weighed(options, dataset) }),
  }),
};
