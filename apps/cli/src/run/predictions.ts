import { existsSync } from "node:fs";
import { macroF1 } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import { readJsonLines } from "../terminal/json-lines.js";

const onParts = z.enum(["test", "validation", "train"]);

const prediction = z.object({
  type: z.literal("prediction"),
  /** Its name below the data's folder. */
  picture: z.string(),
  truth: z.string(),
  /** Cross-entropy: minus the logarithm of what the true class was given. */
  loss: z.number(),
  /** The likeliest classes first, three at most. */
  top: z.array(z.object({ label: z.string(), score: z.number() })).min(1),
});
const start = z.object({ type: z.literal("predictions-start"), on: onParts, count: z.int() });

export type PicturePrediction = Omit<z.infer<typeof prediction>, "type">;

/** What a model says to each picture of one part of the data. */
export type Scored = {
  readonly on: z.infer<typeof onParts>;
  readonly predictions: readonly PicturePrediction[];
};

export type Score = {
  readonly on: Scored["on"];
  readonly count: number;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly loss: number;
};

/** Rows are true classes, columns predicted ones. */
export function confusionOf({ predictions }: Scored, classes: readonly string[]): number[][] {
  const places = new Map(classes.map((name, place) => [name, place]));
  const matrix = classes.map(() => classes.map(() => 0));
  for (const { truth, top } of predictions) {
    matrix[places.get(truth)!]![places.get(top[0]!.label)!]! += 1;
  }
  return matrix;
}

/** How good the predictions are as a whole. */
export function scoreOf(scored: Scored, classes: readonly string[]): Score {
  const { on, predictions } = scored;
  const count = predictions.length;
  const right = predictions.filter(({ truth, top }) => top[0]!.label === truth).length;
  return {
    on,
    count,
    accuracy: right / count,
    macroF1: macroF1(confusionOf(scored, classes)),
    loss: predictions.reduce((sum, { loss }) => sum + loss, 0) / count,
  };
}

/** One line that says what follows, then a line a picture. */
export function savePredictions(path: string, { on, predictions }: Scored): Promise<void> {
  const head = { type: "predictions-start", on, count: predictions.length };
  const lines = [head, ...predictions.map((one) => ({ type: "prediction", ...one }))];
  return writeFileAtomic(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** Undefined where none were kept. Throws `run-invalid`. */
export async function readPredictions(path: string): Promise<Scored | undefined> {
  if (!existsSync(path)) return undefined;
  const lines = await readJsonLines(path, z.union([start, prediction]));
  const [head] = lines;
  if (head?.type !== "predictions-start") return undefined;
  const predictions = lines.flatMap((line) => (line.type === "prediction" ? [line] : []));
  return { on: head.on, predictions };
}
