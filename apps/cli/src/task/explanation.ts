import { GraftError } from "@graft-ml/core";
import type { TextAttribution } from "@graft-ml/nlp";
import type { Answer } from "./answer.js";
import { threeDigits } from "./metrics.js";
import type { TaskKind } from "./task-kind.js";

/** What each word of a text adds to the score of a class, a label or a number; plain JSON. */
export type Explanation = TextAttribution;

/** Says which words mattered, until it is closed. */
export type Explainer<X = unknown> = {
  /** `target` names a class, label or number; by default the likeliest. */
  explain(item: X, target?: string): Promise<Explanation>;
  close(): Promise<void>;
};

/** What of an answer is explained: what it says; the likeliest where it says nothing. */
export function targetsOf(answer: Answer): readonly (string | undefined)[] {
  if ("values" in answer) return Object.keys(answer.values);
  if ("labels" in answer && answer.labels.length > 0) {
    return answer.labels.map(({ label }) => label);
  }
  return [undefined];
}

/** Throws `usage` for a model whose answers can't be shared among words. */
export function requireExplaining(
  { explaining, modality }: Pick<TaskKind, "explaining" | "modality">,
  model: string,
): void {
  if (explaining) return;
  const why =
    modality.name === "pictures"
      ? `the model of ${model} sees pictures`
      : `the model of ${model} marks words or finds answers: it has no single score for them to share`;
  throw new GraftError(
    "usage",
    `--explain says which words of a text mattered, and ${why}. Leave it out.`,
    { details: { model } },
  );
}

/** Why shares are to be believed less, in a few words; undefined where they are not. */
export function doubtOf({ score, baselineScore, gap }: Explanation): string | undefined {
  const whole = Math.abs(score - baselineScore);
  if (Math.abs(gap) > whole / 4) return "trust these shares less";
  return whole < Math.abs(score) / 10 ? "its words have little to share" : undefined;
}

/** So many words tell enough in a line. */
const TOLD = 6;

/** "positive 0.97, 0.51 without its words: superb +0.4, dull -0.02 (integrated gradients, off by 0.001)". */
export function toldExplanation(explanation: Explanation): string {
  const { target, score, baselineScore, gap, words, pairWords } = explanation;
  const ranked = [...words, ...pairWords]
    .filter((word) => word.score !== 0)
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
  const told = ranked.slice(0, TOLD).map((word) => `${word.text} ${signed(word.score)}`);
  const more = ranked.length > TOLD ? [`and ${ranked.length - TOLD} more`] : [];
  const shares = [...told, ...more].join(", ") || "no word matters";
  const doubt = doubtOf(explanation);
  return `${target} ${threeDigits(score)}, without its words ${threeDigits(baselineScore)}: ${shares} (integrated gradients, off by ${threeDigits(Math.abs(gap))}${doubt ? `: ${doubt}` : ""})`;
}

/** "+0.12": what a word adds. */
export const signed = (score: number): string =>
  `${score < 0 ? "\u2212" : "+"}${threeDigits(Math.abs(score))}`;
