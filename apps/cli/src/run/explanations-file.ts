import { existsSync } from "node:fs";
import { writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import type { Explanation } from "../task/explanation.js";
import { readJsonLines } from "../terminal/json-lines.js";

const word = z.object({ text: z.string(), start: z.int(), end: z.int(), score: z.number() });

const line = z.object({
  type: z.literal("explanation"),
  /** The text, as the data call it. */
  name: z.string(),
  /** What is explained, its score for the text, and for the text with padding in the place of each word. */
  target: z.string(),
  score: z.number(),
  baselineScore: z.number(),
  /** What each word adds; those beyond the longest length that is read have 0. */
  words: z.array(word),
  /** Of the second text of a pair. */
  pairWords: z.array(word),
  /** By how much the words' sum misses the difference of both scores. */
  gap: z.number(),
  /** Points at which gradients were taken. */
  steps: z.int(),
});

/** Which words of a text mattered: a line of a run's explanations.jsonl. */
export type NamedExplanation = Explanation & { readonly name: string };

export const saveExplanations = (
  path: string,
  explanations: readonly NamedExplanation[],
): Promise<void> =>
  writeFileAtomic(
    path,
    explanations.map((one) => `${JSON.stringify({ type: "explanation", ...one })}\n`).join(""),
  );

/** None where a run keeps none. Throws `run-invalid`. */
export const readExplanations = async (path: string): Promise<readonly NamedExplanation[]> =>
  existsSync(path) ? readJsonLines(path, line) : [];
