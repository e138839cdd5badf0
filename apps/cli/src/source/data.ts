import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { GraftError } from "@graft-ml/core";
import {
  openPictures,
  PICTURE_EXTENSIONS,
  type PictureDataset,
  type PictureSample,
} from "@graft-ml/vision/node";
import { type ModelClass, matchClasses } from "./classes.js";

/**
 * The labelled pictures to measure a model on, their labels turned into its outputs: the test part,
 * else the validation part, else everything. Classes may be named or given by id. A folder without
 * class folders is read, too, where each file's name begins with a class's id and an underscore.
 */
export async function openForEvaluation(
  path: string,
  classes: readonly ModelClass[] | undefined,
): Promise<PictureDataset> {
  if (classes === undefined) {
    throw new GraftError(
      "config-invalid",
      "The model's config lists no classes, so labels can't be compared. Add \"classes\": [...] to its config.json.",
    );
  }
  const flat = await openFlat(path, classes);
  if (flat) return flat;
  const found = await openPictures(path, { validation: 0 });
  const outputs = matchClasses(found.classes, classes);
  const { train, validation, test } = found;
  const chosen = test.length > 0 ? test : validation.length > 0 ? validation : train;
  const samples = chosen.map((sample) => ({ ...sample, label: outputs[sample.label]! }));
  return { ...onlyTest(path, classes, samples), skipped: found.skipped };
}

const onlyTest = (
  root: string,
  classes: readonly ModelClass[],
  test: readonly PictureSample[],
): PictureDataset => ({
  root,
  classes: classes.map(({ name }) => name),
  train: [],
  validation: [],
  test,
  skipped: [],
});

/** One picture, or every picture of a folder, a folder per class or a CSV; without class folders there are no classes. */
export async function openForExtraction(path: string): Promise<PictureDataset> {
  const files = (await isPicture(path)) ? [path] : await picturesIn(path);
  if (files.length > 0) {
    return onlyTest(
      path,
      [],
      files.map((file) => ({ path: file, name: basename(file), label: 0 })),
    );
  }
  const { train, validation, test, ...rest } = await openPictures(path, { validation: 0 });
  return { ...rest, train: [], validation: [], test: [...train, ...validation, ...test] };
}

/** `n01440764_tench.jpg` and its like; undefined where the folder is not laid out so. */
async function openFlat(
  root: string,
  classes: readonly ModelClass[],
): Promise<PictureDataset | undefined> {
  const places = new Map(
    classes.flatMap(({ id }, place) => (id === undefined ? [] : [[id, place]])),
  );
  if (places.size === 0) return undefined;
  const files = await picturesIn(root);
  const samples = files.flatMap((path) => {
    const name = basename(path);
    const label = places.get(name.split("_", 1)[0] ?? "");
    return label === undefined ? [] : [{ path, name, label }];
  });
  const isFlat = samples.length > 0 && samples.length === files.length;
  return isFlat ? onlyTest(root, classes, samples) : undefined;
}

const looksLikePicture = (name: string): boolean =>
  PICTURE_EXTENSIONS.includes(extname(name).toLowerCase());

async function isPicture(path: string): Promise<boolean> {
  if (!looksLikePicture(path)) return false;
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

/** The pictures that lie directly in a folder, by name; none where it is no folder. */
export async function picturesIn(folder: string): Promise<readonly string[]> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) return [];
  return (await readdir(folder))
    .filter((name) => !name.startsWith("."))
    .filter(looksLikePicture)
    .sort()
    .map((name) => join(folder, name));
}
