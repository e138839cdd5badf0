import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PictureSample } from "@graft-ml/vision/node";

export type Pictures = {
  readonly classes: readonly string[];
  readonly training: readonly PictureSample[];
  /** Never trained on: every fifth picture of the source's test list. */
  readonly heldOut: readonly PictureSample[];
};

const HELD_OUT = 5;

/**
 * The Caltech-101 folder: `train.txt` and `test.txt` list "class/file.jpg", a line each. A backbone wants
 * every picture that it can get, so four fifths of the test list are trained on as well.
 */
export async function readPictures(folder: string): Promise<Pictures> {
  const entries = await readdir(folder, { withFileTypes: true });
  const classes = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const list = async (file: string): Promise<PictureSample[]> => {
    const lines = (await readFile(join(folder, file), "utf8")).split("\n").filter(Boolean);
    return lines.map((name) => ({
      path: join(folder, name),
      name,
      label: classes.indexOf(name.split("/")[0] ?? ""),
    }));
  };
  const [train, test] = [await list("train.txt"), await list("test.txt")];
  return {
    classes,
    training: [...train, ...test.filter((_, index) => index % HELD_OUT !== 0)],
    heldOut: test.filter((_, index) => index % HELD_OUT === 0),
  };
}
