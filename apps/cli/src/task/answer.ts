import type { LabelReport } from "@graft-ml/core";
import type { Entity, EntityScore, TaggedWord } from "@graft-ml/nlp";
import type { Confused } from "../terminal/confused.js";
import { percent } from "../terminal/render.js";
import { threeDigits } from "./metrics.js";
import type { RejectionScore } from "./rejection.js";

type LabelScore = { readonly label: string; readonly score: number };

/** What is said of one picture or text; plain JSON. */
export type Answer =
  /** The likeliest class, and the likeliest few where they are asked for. */
  | (LabelScore & {
      readonly top?: readonly LabelScore[];
      /** Of a model that may say "none of these": how sure it is, which its threshold is compared with. */
      readonly confidence?: number;
      readonly rejected?: false;
    })
  /** None of the classes: it is not sure enough of the likeliest, which `score` is of. */
  | {
      readonly label: null;
      readonly score: number;
      readonly rejected: true;
      readonly confidence: number;
      readonly top: readonly LabelScore[];
    }
  /** The labels that are taken, the likeliest first. */
  | { readonly labels: readonly LabelScore[]; readonly top?: readonly LabelScore[] }
  | { readonly values: Readonly<Record<string, number>> }
  /** What stands in a text between two places; "" where it has no answer. */
  | {
      readonly answer: string;
      readonly score: number;
      readonly start: number;
      readonly end: number;
      readonly top?: readonly { readonly text: string; readonly score: number }[];
    }
  /** A text with every [MASK] filled by its likeliest word, and the likeliest few of each. */
  | { readonly filled: string; readonly masks: readonly (readonly LabelScore[])[] }
  /** What was found in a text, in its order. */
  | {
      readonly entities: readonly Entity[];
      readonly words: readonly Pick<TaggedWord, "text" | "tag" | "score">[];
    };

/** The same as words, one for each label or number. */
export function toldAnswer(answer: Answer): readonly string[] {
  if ("values" in answer) {
    return Object.entries(answer.values).map(([name, value]) => `${name} ${threeDigits(value)}`);
  }
  if ("answer" in answer) {
    const shown = answer.top ?? [{ text: answer.answer, score: answer.score }];
    return shown.map(({ text, score }) => `${text || "no answer"} ${percent(score)}`);
  }
  if ("masks" in answer) {
    const words = answer.masks.map((mask) => mask.map(toldScore).join(", "));
    return [answer.filled, ...words];
  }
  if ("entities" in answer) {
    const told = answer.entities.map(
      ({ text, type, score }) => `${text} [${type}] ${percent(score)}`,
    );
    return told.length === 0 ? ["nothing found"] : told;
  }
  if ("label" in answer && answer.label === null) {
    const likeliest = answer.top.map(toldScore);
    return ["none of these", ...likeliest.map((text) => `(${text})`)];
  }
  const shown = answer.top ?? ("labels" in answer ? answer.labels : [answer]);
  if (shown.length === 0) return ["no label"];
  return shown.map(toldScore);
}

const toldScore = ({ label, score }: LabelScore): string => `${label} ${percent(score)}`;

const toldRejection = ({ coverage, acceptedAccuracy = Number.NaN }: RejectionScore): string =>
  `${percent(coverage)} accepted, ${percent(acceptedAccuracy)} of these right; the others are none of these`;

type LabelDetails = LabelReport & { readonly label: string; readonly threshold: number };

/** What a measurement tells besides its metrics; plain JSON. */
export type Details = {
  /** The most frequent mistakes: of a thousand classes the whole matrix would be a million numbers. */
  readonly confused?: readonly Confused[];
  /** Where the model may say "none of these". */
  readonly rejection?: RejectionScore;
  readonly labels?: readonly LabelDetails[];
  /** Each type of what is found in texts. */
  readonly entities?: readonly EntityDetails[];
};

type EntityDetails = EntityScore & { readonly type: string };

/** The same as lines, the worst first. */
export function toldDetails(details: Details): readonly string[] {
  const { confused = [], labels = [], entities = [], rejection } = details;
  const hardest = labels
    .filter(({ support }) => support > 0)
    .toSorted((a, b) => a.averagePrecision - b.averagePrecision);
  return [
    ...(rejection ? [toldRejection(rejection)] : []),
    ...confused.map((one) => `${one.truth} taken for ${one.predicted}: ${one.count}`),
    ...hardest.map(
      ({ label, averagePrecision, f1, support }) =>
        `${label}: average precision ${percent(averagePrecision)}, F1 ${percent(f1)}, ${support} times`,
    ),
    ...entities
      .toSorted((a, b) => a.f1 - b.f1)
      .map(
        ({ type, f1, precision, recall, support }) =>
          `${type}: F1 ${percent(f1)}, precision ${percent(precision)}, recall ${percent(recall)}, ${support} times`,
      ),
  ].slice(0, 5);
}
