import { basename } from "node:path";
import { type Collected, collectParts, commonParts } from "./collect.js";
import type { LabelledText, PlainTexts, TargetText, TextDataset, TextTable } from "./dataset.js";
import type { Columns } from "./find-columns.js";
import type { Opening } from "./open-texts.js";
import { openTextFile, type RawText, type TextAnswer } from "./read-texts.js";
import { splitParts } from "./split-parts.js";
import {
  type Coding,
  checkClassNumbers,
  classCoding,
  labelsCoding,
  numbersCoding,
  plainText,
} from "./text-coding.js";

type RawParts = Collected<RawText> & {
  readonly notes: readonly string[];
  readonly columns: Columns;
};

/** Reads all parts; the columns are those of the first file of the training part. */
async function readParts({ parts, options }: Opening, answer: TextAnswer): Promise<RawParts> {
  const notes: string[] = [];
  let columns: Columns | undefined;
  const streamOf = async (path: string) => {
    const className = answer === "class" ? classOfFile(path, parts.files.train) : undefined;
    const file = await openTextFile(path, {
      ...options,
      answer,
      ...(columns === undefined ? {} : { columns }),
      ...(className === undefined ? {} : { className }),
    });
    columns ??= file.columns;
    notes.push(...file.notes);
    return file.texts();
  };
  const collected = await collectParts<RawText>(parts, { ...options, streamOf });
  return { ...collected, notes, columns: columns! };
}

/** Of several plain text files, each is a class; its name without endings is the class's. */
function classOfFile(path: string, train: readonly string[]): string | undefined {
  const stem = (file: string): string | undefined =>
    /^(.+?)\.te?xt(\.gz)?$/.exec(basename(file))?.[1];
  return train.length > 1 && train.every((file) => stem(file) !== undefined)
    ? stem(path)
    : undefined;
}

/** Texts of one class each. */
export async function openLabelled(opening: Opening): Promise<TextDataset> {
  const raw = await readParts(opening, "class");
  const { names, code } = classCoding(labelsIn(raw.train), namesOf(opening));
  if (opening.options.names === undefined) checkClassNumbers(names, raw.train.length, opening.root);
  return { task: "classes", classes: names, ...finish(opening, raw, code) };
}

/** Texts with several labels, or numbers. */
export async function openTargets(
  opening: Opening,
  task: "multi-label" | "regression",
): Promise<TextTable> {
  const raw = await readParts(opening, task === "multi-label" ? "labels" : "numbers");
  const coding: Coding<TargetText> =
    task === "multi-label"
      ? labelsCoding(labelsIn(raw.train), namesOf(opening))
      : numbersCoding(raw.columns.labels);
  return { task, names: coding.names, ...finish(opening, raw, coding.code) };
}

/** Texts alone. */
export async function openPlain(opening: Opening): Promise<PlainTexts> {
  const raw = await readParts(opening, "none");
  return { task: "texts", ...finish(opening, raw, plainText) };
}

const labelsIn = (texts: readonly RawText[]): Set<string> =>
  new Set(texts.flatMap(({ answer }) => answer.map(String)));

const namesOf = ({ root, options: { names } }: Opening) => ({ root, ...(names ? { names } : {}) });

type AnyText = LabelledText | TargetText | ReturnType<typeof plainText>;

const finish = <S extends AnyText>(
  opening: Opening,
  raw: RawParts,
  code: (text: RawText) => S,
) => ({
  ...commonParts(opening.root, opening.parts, raw.notes),
  ...splitParts<S>(
    { train: raw.train.map(code), validation: raw.validation.map(code), test: raw.test.map(code) },
    opening,
  ),
  skipped: raw.skipped,
});
