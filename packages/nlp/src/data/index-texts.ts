import { basename } from "node:path";
import { GraftError } from "@graft-ml/core";
import { type CollectOptions, emptyPart, usable } from "./collect.js";
import type { LabelledText, SkippedText, TargetText, TextSample } from "./dataset.js";
import { openTextFile, type RawText, type ReadTextsOptions, type TextFile } from "./read-texts.js";
import { rowPlaces } from "./row-places.js";
import { type Coding, classCoding, labelsCoding, numbersCoding, plainText } from "./text-coding.js";

/** What each task's samples are. */
type IndexedSamples = {
  readonly classes: LabelledText;
  readonly "multi-label": TargetText;
  readonly regression: TargetText;
  readonly texts: TextSample;
};

export type IndexedTask = keyof IndexedSamples;

/** A file of texts that stay in it: 20 bytes a text are in memory, 24 with its class. */
export type TextIndex<T extends IndexedTask = IndexedTask> = {
  readonly root: string;
  readonly task: T;
  /** The classes, labels or columns, in their order; none for texts alone. */
  readonly names: readonly string[];
  /** How many texts there are. */
  readonly size: number;
  /** The class of each text, for the task "classes", to split or sample by; else empty. */
  readonly labels: Int32Array;
  /** The first thousand rows left out, and how many there are. */
  readonly skipped: readonly SkippedText[];
  readonly skippedCount: number;
  readonly notes: readonly string[];
  /** Reads texts by their numbers, in this order. Throws `dataset-invalid` where the file has changed. */
  load(indices: readonly number[]): Promise<readonly IndexedSamples[T][]>;
};

export type IndexTextsOptions<T extends IndexedTask = IndexedTask> = ReadTextsOptions &
  CollectOptions & {
    /** Default "classes". */
    task?: T;
    /** As in `openTexts`. */
    names?: readonly string[];
  };

const MOST_SKIPPED = 1000;

type Codings = {
  readonly [T in IndexedTask]: (
    found: { labels: Iterable<string>; columns: readonly string[] },
    options: { root: string; names?: readonly string[] },
  ) => Coding<IndexedSamples[T]>;
};

const codings: Codings = {
  classes: ({ labels }, options) => classCoding(labels, options),
  "multi-label": ({ labels }, options) => labelsCoding(labels, options),
  regression: ({ columns }) => numbersCoding(columns),
  texts: () => ({ names: [], code: plainText }),
};

const answers = {
  classes: "class",
  "multi-label": "labels",
  regression: "numbers",
  texts: "none",
} as const;

/**
 * Reads a file of texts once and remembers where each row stands, so that a file larger than memory can
 * be trained on: CSV, TSV, JSONL, lines or parquet (of which a group of rows is read at a time), not
 * packed by gzip. Options are as in `openTexts`. Throws what that does.
 */
export async function indexTexts<T extends IndexedTask = "classes">(
  path: string,
  options: IndexTextsOptions<T> = {},
): Promise<TextIndex<T>> {
  const task = options.task ?? ("classes" as T);
  const file = await openTextFile(path, { ...options, answer: answers[task] });
  if (file.read === undefined) throw notInPlace(path);
  const found = await readOnce(file, { ...options, isClasses: task === "classes" });
  const { places, skipped, skippedCount } = found;
  if (places.size === 0) throw emptyPart([path], skipped);
  const { names } = options;
  const said = { root: path, ...(names === undefined ? {} : { names }) };
  const coding = codings[task]({ labels: found.labelNames, columns: file.names }, said);
  return {
    root: path,
    task,
    names: coding.names,
    size: places.size,
    labels: task === "classes" ? inOrder(found, coding.names, path) : new Int32Array(0),
    skipped,
    skippedCount,
    notes: file.notes,
    load: async (indices) => {
      const texts = await file.read!(indices.map((index) => places.at(index)));
      return texts.map(coding.code);
    },
  };
}

type Found = {
  readonly places: ReturnType<typeof rowPlaces>;
  /** In the order in which they were met: what `places.labelAt` counts. */
  readonly labelNames: readonly string[];
  readonly skipped: readonly SkippedText[];
  readonly skippedCount: number;
};

async function readOnce(
  file: TextFile,
  options: CollectOptions & { isClasses: boolean },
): Promise<Found> {
  const places = rowPlaces();
  const numbers = new Map<string, number>();
  const numberOf = (label: string): number => {
    const known = numbers.get(label);
    if (known !== undefined) return known;
    // A column of a million different texts is no column of labels: see `checkClassNumbers`.
    numbers.set(label, numbers.size);
    return numbers.size - 1;
  };
  const skipped: SkippedText[] = [];
  let skippedCount = 0;
  for await (const texts of usable<RawText>(file.texts(), skipped, options)) {
    skippedCount += Math.max(0, skipped.length - MOST_SKIPPED);
    skipped.length = Math.min(skipped.length, MOST_SKIPPED);
    for (const { place, answer } of texts) {
      const labels = answer.map((each) => (typeof each === "string" ? numberOf(each) : -1));
      places.add(place, options.isClasses ? labels[0]! : -1);
    }
  }
  const labelNames = [...numbers.keys()];
  return { places, labelNames, skipped, skippedCount: skippedCount + skipped.length };
}

/** The labels as places in `names`. Throws `dataset-invalid` naming the first that is none of them. */
function inOrder(
  { places, labelNames }: Found,
  names: readonly string[],
  path: string,
): Int32Array {
  const order = labelNames.map((name) => names.indexOf(name));
  const labels = places.labels();
  labels.forEach((label, at) => {
    const place = order[label]!;
    if (place < 0)
      throw unknown(`${basename(path)}:${places.at(at).line}`, labelNames[label]!, names);
    labels[at] = place;
  });
  return labels;
}

const unknown = (name: string, label: string, names: readonly string[]): GraftError =>
  new GraftError(
    "dataset-invalid",
    `${name} has the label "${label}", which is none of the model's (${names.join(", ")}). Rename or remove it.`,
    { details: { name, label, names } },
  );

const notInPlace = (path: string): GraftError =>
  new GraftError(
    "dataset-invalid",
    `The rows of ${path} can't be read one by one, as it is packed or in another encoding than UTF-8. Unpack it, save it as UTF-8, or read it into memory with openTexts.`,
    { details: { path } },
  );
