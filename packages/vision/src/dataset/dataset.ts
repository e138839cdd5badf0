import { stat } from "node:fs/promises";
import { GraftError } from "@graft-ml/core";
import { readPictureCsv } from "./csv.js";
import { byName } from "./group-by.js";
import { listClasses, listParts } from "./image-folder.js";
import { setApart } from "./split-pictures.js";

/** A picture that was not opened yet. */
export type PictureFile = {
  /** Where it is. */
  readonly path: string;
  /** What messages call it: its path below the data set's folder, with forward slashes. */
  readonly name: string;
  /** Pictures of one group (a patient, a scene) are never split up. Default: it is alone. */
  readonly group?: string;
};

export type PictureSample = PictureFile & {
  /** Its place in `classes`. */
  readonly label: number;
};

/** A file left out, and why. */
export type SkippedPicture = { readonly name: string; readonly reason: string };

/** Named pictures with labels in three parts; nothing is decoded yet. Plain JSON. */
export type PictureDataset = {
  readonly root: string;
  /** Sorted by code unit, unless they were given. */
  readonly classes: readonly string[];
  readonly train: readonly PictureSample[];
  readonly validation: readonly PictureSample[];
  readonly test: readonly PictureSample[];
  /** Files that no decoder reads by their ending, and those that `checkPictures` could not read. */
  readonly skipped: readonly SkippedPicture[];
};

export type OpenPicturesOptions = {
  /** Share of each class that is set apart where the data has no val folder. 0 sets none apart. Default 0.2. */
  validation?: number;
  /** Decides that split. Default 0. */
  seed?: number;
  /** The labels of a trained classifier, in its order; a class outside it is an error. Default: those found. */
  classes?: readonly string[];
  /** Pictures whose file names match and agree in the first parenthesis (else in the whole match) are of one group. */
  groupBy?: RegExp;
};

/** Pictures found under class names, before they get numbers. */
export type Listing = {
  readonly byClass: ReadonlyMap<string, readonly PictureFile[]>;
  readonly skipped: readonly SkippedPicture[];
};

/**
 * Lists a folder per class of pictures, `train/ val/ test/` over such folders, or a CSV with the
 * columns `path` (relative to the CSV), `label`, and maybe `group`, which no split cuts. Hidden files are ignored. Throws
 * `source-not-found`, `dataset-empty` (an empty class is named) and `dataset-invalid`.
 */
export async function openPictures(
  path: string,
  options: OpenPicturesOptions = {},
): Promise<PictureDataset> {
  const { validation = 0.2, seed = 0 } = options;
  const parts = await listing(path, options.groupBy);
  const classes = options.classes ?? [...parts.train.byClass.keys()].sort();
  const part = (name: "train" | "validation" | "test") =>
    label(parts[name], { classes, given: options.classes !== undefined, path });
  const train = part("train");
  const split = parts.validation || validation === 0 ? undefined : { validation, seed };
  return {
    root: path,
    classes,
    ...(split ? setApart(train, split) : { train, validation: part("validation") }),
    test: part("test"),
    skipped: Object.values(parts).flatMap((listed) => listed?.skipped ?? []),
  };
}

export type Parts = { train: Listing; validation?: Listing; test?: Listing };

async function listing(path: string, groupBy: RegExp | undefined): Promise<Parts> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new GraftError(
      "source-not-found",
      `There is no ${path}. Pass a folder of class folders with pictures, or a CSV file with the columns path and label.`,
      { details: { path }, cause },
    );
  });
  const parts = found.isDirectory()
    ? ((await listParts(path)) ?? { train: await listClasses(path, "") })
    : { train: await readPictureCsv(path) };
  return groupBy ? byName(parts, groupBy) : parts;
}

function label(
  listed: Listing | undefined,
  known: { classes: readonly string[]; given: boolean; path: string },
): PictureSample[] {
  const places = new Map(known.classes.map((name, place) => [name, place]));
  return [...(listed?.byClass ?? [])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, files]) => {
      const place = places.get(name);
      if (place === undefined) throw unknownClass(name, known);
      return files.map((file) => ({ ...file, label: place }));
    });
}

function unknownClass(
  name: string,
  known: { classes: readonly string[]; given: boolean; path: string },
) {
  const whose = known.given ? "the model" : "the train folder";
  const some = known.classes.slice(0, 8).join(", ");
  return new GraftError(
    "dataset-invalid",
    `The class "${name}" in ${known.path} is not one of the ${known.classes.length} classes of ${whose} (${some}${known.classes.length > 8 ? ", ..." : ""}). Rename or remove it.`,
    { details: { class: name, classes: known.classes } },
  );
}
