import { exactMatch, spansOf } from "@graft-ml/nlp";
import {
  isClasses,
  isLabels,
  isNumbers,
  type Scored,
  type WordsPrediction,
} from "../run/predictions.js";
import { kinds } from "../task/kinds.js";
import { threeDigits } from "../task/metrics.js";
import type { Mistake } from "./report-data.js";

/** So many of the most wrong are shown: pictures, which are looked at, and texts, which are read and explained. */
export const shown = { pictures: 24, texts: 20 } as const;

/** What the model said wrong, in words, the costliest first: look there for truths that are wrong themselves. */
export function worstOf(scored: Scored, names: readonly string[]): readonly Mistake[] {
  if (isClasses(scored)) {
    return costliest(scored.predictions)
      .filter(({ truth, top }) => top[0]!.label !== truth)
      .map(({ name, text, truth, loss, top }) => {
        const { label, score } = top[0]!;
        const truthScore = Math.exp(-loss);
        return { name, text, truth, predicted: label, score, truthScore, about: label };
      });
  }
  if (isLabels(scored)) {
    return costliest(scored.predictions)
      .map(({ name, text, truth, scores }) => {
        const taken = names.filter((_, i) => scores[i]! >= scored.thresholds[i]!);
        const about = costliestLabel({ truth, taken, scores }, names);
        return { name, text, truth: listed(truth), predicted: listed(taken), about };
      })
      .filter(({ truth, predicted }) => truth !== predicted);
  }
  if (isNumbers(scored)) {
    return costliest(scored.predictions).map(({ name, text, truth, values }) => ({
      name,
      text,
      truth: truth.map(threeDigits).join(", "),
      predicted: values.map(threeDigits).join(", "),
      about: furthest({ truth, values }, scored.scale.std, names),
    }));
  }
  if (scored.task === "qa") {
    return costliest(scored.predictions)
      .filter(({ answer, truth }) => !isRight(answer, truth))
      .map(({ name, text, truth, answer }) => ({
        name,
        text,
        truth: truth[0] ?? "no answer",
        predicted: answer || "no answer",
      }));
  }
  if (scored.task === "masked") return costliest(scored.predictions).flatMap(wrongGuesses);
  return costliest(scored.predictions)
    .filter(({ truth, tags }) => truth.some((tag, at) => tag !== tags[at]))
    .map(({ name, text, words, truth, tags }) => ({
      name,
      text,
      truth: marked(words, truth),
      predicted: marked(words, tags),
    }));
}

/** So many are named of a text. */
const GUESSES = 8;

function wrongGuesses({ name, text, hidden }: WordsPrediction): readonly Mistake[] {
  const wrong = hidden.filter(({ truth, guess }) => truth !== guess);
  if (wrong.length === 0) return [];
  const told = (words: readonly string[]): string =>
    `${words.slice(0, GUESSES).join(", ")}${words.length > GUESSES ? ", ..." : ""}`;
  const truth = told(wrong.map((one) => one.truth));
  return [{ name, text, truth, predicted: told(wrong.map(({ guess }) => guess)) }];
}

const isRight = (answer: string, truth: readonly string[]): boolean =>
  truth.length === 0 ? answer === "" : truth.some((one) => exactMatch(answer, one) === 1);

/** Of the labels that are wrong, the one that is most wrong. */
function costliestLabel(
  said: Record<"truth" | "taken", readonly string[]> & { scores: readonly number[] },
  names: readonly string[],
): string | undefined {
  const { truth, taken, scores } = said;
  const wrong = names.flatMap((name, i) => {
    const is = truth.includes(name);
    return is === taken.includes(name) ? [] : [{ name, off: is ? 1 - scores[i]! : scores[i]! }];
  });
  return wrong.sort((a, b) => b.off - a.off)[0]?.name;
}

/** Of several numbers, the one that is furthest off in its deviation. */
function furthest(
  { truth, values }: Record<"truth" | "values", readonly number[]>,
  std: readonly number[],
  names: readonly string[],
): string | undefined {
  const off = values.map((value, i) => Math.abs(value - truth[i]!) / std[i]!);
  return names[off.indexOf(Math.max(...off))];
}

const costliest = <P extends { readonly loss: number }>(predictions: readonly P[]): P[] =>
  predictions.toSorted((a, b) => b.loss - a.loss);

const listed = (labels: readonly string[]): string =>
  labels.length === 0 ? `no ${kinds["multi-label"].output}` : labels.join(", ");

/** The words that a tag marks: "heart attack (Disease)". */
function marked(words: readonly string[], tags: readonly string[]): string {
  const found = spansOf([...tags]).map(
    ({ type, start, end }) => `${words.slice(start, end).join(" ")} (${type})`,
  );
  return found.length === 0 ? "nothing" : found.join(", ");
}
