import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { GraftError } from "@graft-ml/core";
import { PICTURE_EXTENSIONS } from "../picture/decode.js";
import type { Listing, SkippedPicture } from "./dataset.js";

const partFolders = {
  train: ["train", "training"],
  validation: ["val", "valid", "validation"],
  test: ["test", "testing"],
} as const;

/** `train/ val/ test/` over class folders; undefined where the folder is not laid out so. */
export async function listParts(
  root: string,
): Promise<{ train: Listing; validation?: Listing; test?: Listing } | undefined> {
  const folders = await subfolders(root);
  const find = (names: readonly string[]) => folders.find((name) => names.includes(name));
  const train = find(partFolders.train);
  // A class that happens to be called "train" holds pictures, not folders.
  if (train === undefined || (await subfolders(join(root, train))).length === 0) return undefined;
  const validation = find(partFolders.validation);
  const test = find(partFolders.test);
  return {
    train: await listClasses(root, train),
    ...(validation === undefined ? {} : { validation: await listClasses(root, validation) }),
    ...(test === undefined ? {} : { test: await listClasses(root, test) }),
  };
}

/** A folder per class below `root`/`part`. Throws `dataset-empty` naming a class without pictures. */
export async function listClasses(root: string, part: string): Promise<Listing> {
  const folder = join(root, part);
  const classes = (await subfolders(folder)).sort();
  if (classes.length === 0) {
    throw new GraftError(
      "dataset-empty",
      `${folder} holds no class folders. Make one folder for each class and put its pictures there.`,
      { details: { folder } },
    );
  }
  const skipped: SkippedPicture[] = [];
  const byClass = new Map<string, { path: string; name: string }[]>();
  for (const name of classes) {
    const files = await pictureFiles(root, part === "" ? name : `${part}/${name}`, skipped);
    if (files.length === 0) throw emptyClass(join(folder, name), skipped.length);
    byClass.set(name, files);
  }
  return { byClass, skipped };
}

export function emptyClass(folder: string, skipped: number): GraftError {
  const other = skipped > 0 ? ` (${skipped} files were skipped)` : "";
  return new GraftError(
    "dataset-empty",
    `The class folder ${folder} holds no readable picture${other}. Add pictures or remove the folder.`,
    { details: { folder, skipped } },
  );
}

const visible = (name: string): boolean => !name.startsWith(".");

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((e) => e.isDirectory() && visible(e.name)).map((e) => e.name);
}

/** The pictures of one class and of folders inside it, by name; other files go to `skipped`. */
async function pictureFiles(
  root: string,
  folder: string,
  skipped: SkippedPicture[],
): Promise<{ path: string; name: string }[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found: { path: string; name: string }[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = `${folder}/${entry.name}`;
    if (!visible(entry.name)) continue;
    if (entry.isDirectory()) found.push(...(await pictureFiles(root, name, skipped)));
    else if (isPicture(entry.name)) found.push({ path: join(root, name), name });
    else skipped.push({ name, reason: `not a picture by its ending "${extname(entry.name)}"` });
  }
  return found;
}

const isPicture = (name: string): boolean =>
  PICTURE_EXTENSIONS.includes(extname(name).toLowerCase());
