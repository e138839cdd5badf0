import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PictureSample } from "@graft-ml/vision/node";

export type Split = { readonly classes: readonly string[]; readonly samples: PictureSample[] };

/** A split of the Caltech-101 folder: `train.txt` or `test.txt` lists "class/file.jpg", a line each. */
export async function readSplit(folder: string, list: "train" | "test"): Promise<Split> {
  const entries = await readdir(folder, { withFileTypes: true });
  const classes = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const lines = (await readFile(join(folder, `${list}.txt`), "utf8")).split("\n").filter(Boolean);
  const samples = lines.map((name) => ({
    path: join(folder, name),
    name,
    label: classes.indexOf(name.split("/")[0] ?? ""),
  }));
  return { classes, samples };
}
