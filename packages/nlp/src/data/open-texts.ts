import type { CollectOptions } from "./collect.js";
import type { TextDatasets, TextTask } from "./dataset.js";
import { openLabelled, openPlain, openTargets } from "./open-labelled.js";
import { openQuestions } from "./open-questions.js";
import { openTokens } from "./open-tokens.js";
import type { PartFiles } from "./part-files.js";
import { findPartFiles } from "./part-files.js";
import type { ReadTextsOptions } from "./read-texts.js";

export type OpenTextsOptions<T extends TextTask = TextTask> = ReadTextsOptions &
  CollectOptions & {
    /** What is learned from the texts. Default "classes". */
    task?: T;
    /**
     * The classes, labels or tags of a trained model, in its order; one outside them is an error. For
     * tags that are numbers, the names that they count. Default: those found in the training texts.
     */
    names?: readonly string[];
    /** Share set apart, evenly by answer, where the data has no such part. 0 sets none apart. Default 0.2. */
    validation?: number;
    /** Decides that split. Default 0. */
    seed?: number;
  };

/** A data set's files, and how to read them. */
export type Opening = {
  readonly root: string;
  readonly parts: PartFiles;
  readonly options: OpenTextsOptions;
};

type Openers = { readonly [T in TextTask]: (opening: Opening) => Promise<TextDatasets[T]> };

const openers: Openers = {
  classes: openLabelled,
  "multi-label": (opening) => openTargets(opening, "multi-label"),
  regression: (opening) => openTargets(opening, "regression"),
  tokens: openTokens,
  qa: openQuestions,
  texts: openPlain,
};

/**
 * Reads texts with their answers into memory: a CSV, TSV, JSON, JSONL or parquet table, lines, CoNLL or
 * SQuAD, packed by gzip or not, or a folder with such files for training, validation and test. Which
 * columns hold what is found out and told in `notes`, unless it is said; rows that can't be used are in
 * `skipped`. Throws `source-not-found`, `dataset-empty`, `dataset-invalid` and `aborted`.
 */
export async function openTexts<T extends TextTask = "classes">(
  path: string,
  options: OpenTextsOptions<T> = {},
): Promise<TextDatasets[T]> {
  const task = options.task ?? ("classes" as T);
  return openers[task]({ root: path, parts: await findPartFiles(path), options });
}
