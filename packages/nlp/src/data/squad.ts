import { basename } from "node:path";
import type { Json } from "@graft-ml/core";
import type { Answer, QuestionSample, SkippedText } from "./dataset.js";
import type { FileEncoding } from "./rows/byte-stream.js";
import { readJson } from "./rows/json-file.js";
import { invalidFile } from "./rows/row.js";

type Fields = { readonly [key: string]: Json };

/**
 * The questions of a file in SQuAD's format, 1.1 or 2.0; it is read as a whole. Questions of one article
 * are one group. Answers are held against their context: one that stands elsewhere nearby is moved, and
 * a question none of whose answers is there is left out. Throws `source-not-found` and `dataset-invalid`.
 */
export async function readSquad(
  path: string,
  options: { encoding?: FileEncoding } = {},
): Promise<{ samples: readonly (QuestionSample | SkippedText)[]; notes: readonly string[] }> {
  const file = basename(path);
  const articles = listAt(asFields(await readJson(path, options.encoding)), "data");
  if (articles === undefined) {
    throw invalidFile(
      path,
      'is JSON, but no SQuAD: it has no list "data". Pass a file in its format.',
    );
  }
  const moved: string[] = [];
  const samples = articles.flatMap((article, which) => {
    const fields = asFields(article);
    const group = `${file} ${typeof fields.title === "string" ? fields.title : which + 1}`;
    return (listAt(fields, "paragraphs") ?? []).flatMap((paragraph) => {
      const { context, qas } = asFields(paragraph);
      if (!Array.isArray(qas)) return [];
      return qas.map((question: Json) =>
        readQuestion({ ...asFields(question), context: context ?? null }, { file, group, moved }),
      );
    });
  });
  return { samples: withoutTwins(samples), notes: movedNote(path, moved) };
}

export const movedNote = (path: string, moved: readonly string[]): readonly string[] =>
  moved.length === 0
    ? []
    : [
        `${path}: ${moved.length} answers did not stand where they should and were found nearby (${moved.slice(0, 3).join(", ")}${moved.length > 3 ? ", ..." : ""}).`,
      ];

/**
 * One question from the fields `id`, `question`, `context` and `answers`, the last as SQuAD has them, a
 * list of { text, answer_start }, or as tables have them, two lists. Moved answers' names go to `moved`.
 */
export function readQuestion(
  fields: Fields,
  { file, group, moved, place }: { file: string; group?: string; moved: string[]; place?: number },
): QuestionSample | SkippedText {
  const { question, context } = fields;
  const id = typeof fields.id === "string" ? fields.id : String(fields.id ?? place ?? "");
  const name = `${file}:${place ?? id}`;
  if (typeof question !== "string" || question.trim() === "")
    return { name, reason: "has no question" };
  if (typeof context !== "string" || context.trim() === "")
    return { name, reason: "has no context" };
  const given = answersOf(fields.answers ?? null);
  const answers = given.flatMap((answer) => locate(context, answer, () => moved.push(name)) ?? []);
  const isImpossible = fields.is_impossible === true;
  if (!isImpossible && given.length > 0 && answers.length === 0) {
    return { name, reason: `has the answer "${given[0]!.text}", which its context does not hold` };
  }
  const sample = { name, id, question, context, answers: isImpossible ? [] : answers };
  return group === undefined ? sample : { ...sample, group };
}

type Given = { readonly text: string; readonly start: number };

function answersOf(value: Json): readonly Given[] {
  if (Array.isArray(value)) {
    return value.flatMap((each: Json) => {
      const { text, answer_start: start } = asFields(each);
      return typeof text === "string" && typeof start === "number" ? [{ text, start }] : [];
    });
  }
  const { text, answer_start: starts } = asFields(value);
  if (!Array.isArray(text) || !Array.isArray(starts)) return [];
  return text.map((each: Json, at) => ({ text: String(each), start: Number(starts[at]) }));
}

/** Files count in code points, strings here in UTF-16 units: the two differ behind an emoji. */
function locate(context: string, { text, start }: Given, onMove: () => void): Answer | undefined {
  if (text === "") return undefined;
  for (const from of [unitsBefore(context, start), start]) {
    if (context.startsWith(text, from)) return { text, start: from };
  }
  const before = context.lastIndexOf(text, start);
  const after = context.indexOf(text, start);
  const places = [before, after].filter((place) => place >= 0);
  if (places.length === 0) return undefined;
  onMove();
  const nearest = places.reduce((a, b) => (Math.abs(b - start) < Math.abs(a - start) ? b : a));
  return { text, start: nearest };
}

function unitsBefore(text: string, codePoints: number): number {
  let at = 0;
  for (let count = 0; count < codePoints && at < text.length; count++) {
    at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  }
  return at;
}

/** A question with the name of an earlier one can't be told from it. */
function withoutTwins(
  samples: readonly (QuestionSample | SkippedText)[],
): readonly (QuestionSample | SkippedText)[] {
  const seen = new Set<string>();
  return samples.map((sample) => {
    if ("reason" in sample || !seen.has(sample.name)) {
      seen.add(sample.name);
      return sample;
    }
    return { name: sample.name, reason: "has the id of an earlier question" };
  });
}

const asFields = (value: Json): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const listAt = (fields: Fields, key: string): readonly Json[] | undefined => {
  const list = fields[key];
  return Array.isArray(list) ? (list as readonly Json[]) : undefined;
};
