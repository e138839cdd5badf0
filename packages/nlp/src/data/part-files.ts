import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { GraftError } from "@graft-ml/core";
import type { SkippedText } from "./dataset.js";
import { formatByName } from "./rows/open-rows.js";

export type PartName = "train" | "validation" | "test";

/** The files of each part; no validation where it is to be set apart. */
export type PartFiles = {
  readonly files: Readonly<Record<PartName, readonly string[]>>;
  readonly skipped: readonly SkippedText[];
  readonly notes: readonly string[];
};

const partWords: Readonly<Record<string, PartName>> = {
  train: "train",
  training: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  dev: "validation",
  devel: "validation",
  development: "validation",
  test: "test",
  testing: "test",
};

const textEndings = new Set([".txt", ".text", ".conll", ".bio", ".iob", ".iob2", ".iobes"]);
const otherEndings = new Set(
  ".md .htm .html .xml .pdf .zip .yaml .yml .png .jpg .py .sh .bin .safetensors".split(" "),
);

/**
 * The files of a data set: a file alone is all of it; of a folder, files whose names hold the word train,
 * val, valid, validation, dev, devel or test are those parts (letters only: `train-00000-of-00002.parquet`,
 * `stsa.binary.dev`), and where none does, all are one. Throws `source-not-found` and `dataset-empty`.
 */
export async function findPartFiles(path: string): Promise<PartFiles> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new GraftError(
      "source-not-found",
      `There is no ${path}. Pass a file of texts (CSV, TSV, JSON, parquet, lines, CoNLL) or a folder of such files.`,
      { details: { path }, cause },
    );
  });
  const files = { train: [path], validation: [], test: [] };
  return found.isDirectory() ? inFolder(path) : { files, skipped: [], notes: [] };
}

async function inFolder(folder: string): Promise<PartFiles> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
  const data = names.filter(isData);
  if (data.length === 0) throw noFiles(folder);
  const unnamed = data.filter((name) => partOf(name) === undefined);
  const isParted = unnamed.length < data.length;
  const filesOf = (part: PartName): readonly string[] =>
    data.filter((name) => partOf(name) === part).map((name) => join(folder, name));
  const files = {
    train: isParted ? filesOf("train") : data.map((name) => join(folder, name)),
    validation: filesOf("validation"),
    test: filesOf("test"),
  };
  if (files.train.length === 0) throw noTrain(folder, data);
  const why = "its name tells no part (train, validation or test)";
  const parts = Object.entries(files).filter(([, list]) => list.length > 0);
  const said = parts.map(
    ([part, list]) => `${part}: ${list.map((file) => basename(file)).join(", ")}`,
  );
  return {
    files,
    skipped: [
      ...(isParted ? unnamed.map((name) => ({ name, reason: why })) : []),
      ...names
        .filter((name) => !isData(name))
        .map((name) => ({ name, reason: "its name does not end like that of a file of texts" })),
    ],
    notes: [`${folder} has the parts ${said.join("; ")}.`],
  };
}

/** The part that a file's name tells. */
function partOf(name: string): PartName | undefined {
  const found = name
    .toLowerCase()
    .split(/[^a-z]+/)
    .flatMap((word) => (Object.hasOwn(partWords, word) ? [partWords[word]!] : []));
  return found[0];
}

function isData(name: string): boolean {
  const bare = name.replace(/\.gz$/, "");
  const ending = extname(bare).toLowerCase();
  if (formatByName(name) !== undefined || textEndings.has(ending)) return true;
  return partOf(bare) !== undefined && !otherEndings.has(ending);
}

const noFiles = (folder: string): GraftError =>
  new GraftError(
    "dataset-empty",
    `${folder} holds no file of texts. Put CSV, TSV, JSON, parquet, text or CoNLL files there.`,
    { details: { folder } },
  );

const noTrain = (folder: string, names: readonly string[]): GraftError =>
  new GraftError(
    "dataset-empty",
    `${folder} holds ${names.join(", ")}, but no file to train on. Name one of them "train".`,
    { details: { folder } },
  );
