import { isGraftError } from "@graft-ml/core";
import {
  openPictures,
  openPictureTable,
  type PictureDataset,
  type PictureSample,
  pictureColumns,
} from "@graft-ml/vision/node";
import { matchClasses } from "../source/classes.js";
import { openForExtraction } from "../source/data.js";
import type { Part } from "./domain.js";
import { otherClasses } from "./other-classes.js";

/** Pictures with their classes; none of these where nobody knows. All parts are together in `test`. */
export async function openLabelledPictures(
  data: string,
  parts: readonly Part[],
): Promise<PictureDataset> {
  const found = await openPictures(data, { validation: 0 });
  return { ...found, train: [], validation: [], test: parts.flatMap((part) => found[part]) };
}

/**
 * The target's pictures, their labels turned into the source's: a folder per class or a CSV, or, without
 * classes, a folder of pictures or a CSV of paths. Throws `dataset-invalid` for a class that the source
 * doesn't have.
 */
export async function openTargetPictures(
  data: string,
  classes: readonly string[],
): Promise<PictureDataset> {
  const found = (await isPathsAlone(data)) ? await openPaths(data) : await openForExtraction(data);
  if (found.classes.length === 0) return found;
  const places = placesOf(found.classes, { data, classes });
  const own = ({ label, ...sample }: PictureSample) => ({ ...sample, label: places[label]! });
  return { ...found, classes, test: found.test.map(own) };
}

/** A CSV without a column `label`. */
async function isPathsAlone(data: string): Promise<boolean> {
  if (!/\.csv$/i.test(data)) return false;
  return !(await pictureColumns(data)).includes("label");
}

async function openPaths(data: string): Promise<PictureDataset> {
  const { train } = await openPictureTable(data, {
    task: "regression",
    columns: [],
    validation: 0,
  });
  const test = train.map(({ targets: _, ...picture }) => ({ ...picture, label: 0 }));
  return { root: data, classes: [], train: [], validation: [], test, skipped: [] };
}

function placesOf(
  found: readonly string[],
  { data, classes }: { data: string; classes: readonly string[] },
): readonly number[] {
  try {
    return matchClasses(
      found,
      classes.map((name) => ({ name })),
    );
  } catch (cause) {
    if (!isGraftError(cause, "dataset-invalid")) throw cause;
    const { unknown = found } = cause.details as { unknown?: readonly string[] };
    throw otherClasses(unknown, { data, classes, cause });
  }
}
