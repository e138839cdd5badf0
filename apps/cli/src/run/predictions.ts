import { existsSync } from "node:fs";
import type { TargetScale } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import { kinds } from "../task/kinds.js";
import type { MetricName } from "../task/metrics.js";
import {
  type AnswersReading,
  type ClassesReading,
  type LabelsReading,
  type NumbersReading,
  type Reading,
  type TaskName,
  taskNames,
} from "../task/reading.js";
import { readJsonLines } from "../terminal/json-lines.js";

const onParts = z.enum(["test", "validation", "train", "held-out"]);
const numbers = z.array(z.number());

const start = z.object({
  type: z.literal("predictions-start"),
  on: onParts,
  count: z.int(),
  task: z.enum(taskNames).default("image"),
  thresholds: numbers.optional(),
  scale: z.object({ mean: numbers, std: numbers }).optional(),
  noAnswerThreshold: z.number().optional(),
});

const common = {
  type: z.literal("prediction"),
  /** As the data call it. */
  name: z.string(),
  /** What it says, or enough of it: of a text. */
  text: z.string().optional(),
  /** How wrong it is: minus the logarithm of what the true class was given, or its kin for other tasks. */
  loss: z.number(),
};
const classes = z.object({
  ...common,
  truth: z.string(),
  /** The likeliest classes first, three at most. */
  top: z.array(z.object({ label: z.string(), score: z.number() })).min(1),
});
const labels = z.object({
  ...common,
  truth: z.array(z.string()),
  /** Of each label, in the order of the run's. */
  scores: numbers,
});
const tags = z.object({
  ...common,
  words: z.array(z.string()),
  /** One a word. */
  truth: z.array(z.string()),
  tags: z.array(z.string()),
});
const answers = z.object({
  ...common,
  /** All that are right; none where there is no answer. */
  truth: z.array(z.string()),
  /** "" for none. */
  answer: z.string(),
});
const hidden = z.object({
  ...common,
  /** Tokens of the text that were hidden, in its order, and the likeliest ones; none where nothing was. */
  hidden: z.array(z.object({ truth: z.string(), guess: z.string(), score: z.number() })),
});
const values = z.object({ ...common, truth: numbers, /** One for each target. */ values: numbers });

export type ClassPrediction = Omit<z.infer<typeof classes>, "type">;
export type LabelsPrediction = Omit<z.infer<typeof labels>, "type">;
export type TagsPrediction = Omit<z.infer<typeof tags>, "type">;
export type AnswersPrediction = Omit<z.infer<typeof answers>, "type">;
export type WordsPrediction = Omit<z.infer<typeof hidden>, "type">;
export type NumbersPrediction = Omit<z.infer<typeof values>, "type">;

type On = { readonly on: z.infer<typeof onParts> };
export type ClassesScored = On & {
  readonly task: ClassesReading["task"];
  readonly predictions: readonly ClassPrediction[];
};
export type LabelsScored = On & {
  readonly task: LabelsReading["task"];
  /** At which each label is taken. */
  readonly thresholds: readonly number[];
  readonly predictions: readonly LabelsPrediction[];
};
export type NumbersScored = On & {
  readonly task: NumbersReading["task"];
  readonly scale: TargetScale;
  readonly predictions: readonly NumbersPrediction[];
};

export type TagsScored = On & {
  readonly task: "tokens";
  readonly predictions: readonly TagsPrediction[];
};

export type AnswersScored = On &
  AnswersReading & { readonly predictions: readonly AnswersPrediction[] };

export type MaskedScored = On & {
  readonly task: "masked";
  readonly predictions: readonly WordsPrediction[];
};

/** What a model says to each sample of one part of the data. */
export type Scored =
  | ClassesScored
  | LabelsScored
  | NumbersScored
  | TagsScored
  | AnswersScored
  | MaskedScored;

export const isClasses = (scored: Scored): scored is ClassesScored =>
  scored.task === "image" || scored.task === "text";
export const isLabels = (scored: Scored): scored is LabelsScored => "thresholds" in scored;
export const isNumbers = (scored: Scored): scored is NumbersScored => "scale" in scored;

export type ScoreProgress = {
  readonly type: "eval-progress";
  readonly count: number;
  readonly total: number;
};

export type Score = Partial<Record<MetricName, number>> & {
  readonly task: TaskName;
  readonly on: Scored["on"];
  readonly count: number;
  readonly loss: number;
};

/** How good the predictions are as a whole; a metric that these leave undefined is left out. */
export function scoreOf(scored: Scored, names: readonly string[]): Score {
  const { task, on, predictions } = scored;
  return { task, on, count: predictions.length, ...kinds[task].scoreOf(scored, names) };
}

/** What the outputs were read as. */
export const readingIn = ({ predictions: _, on: __, ...reading }: Scored): Reading => reading;

/** One line that says what follows, then a line a sample. */
export function savePredictions(path: string, { predictions, ...about }: Scored): Promise<void> {
  const head = { type: "predictions-start", count: predictions.length, ...about };
  const lines = [head, ...predictions.map((one) => ({ type: "prediction", ...one }))];
  return writeFileAtomic(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** Undefined where none were kept. Throws `run-invalid`. */
export async function readPredictions(path: string): Promise<Scored | undefined> {
  if (!existsSync(path)) return undefined;
  const lines = await readJsonLines(
    path,
    z.union([start, classes, labels, values, tags, answers, hidden]),
  );
  const [head] = lines;
  if (head?.type !== "predictions-start") return undefined;
  const { on, task, thresholds = [], scale = { mean: [], std: [] } } = head;
  switch (task) {
    case "multi-label":
    case "text-labels": {
      const predictions = lines.flatMap((line) => ("scores" in line ? [line] : []));
      return { task, on, thresholds, predictions };
    }
    case "regression":
    case "text-numbers": {
      const predictions = lines.flatMap((line) => ("values" in line ? [line] : []));
      return { task, on, scale, predictions };
    }
    case "qa": {
      const { noAnswerThreshold } = head;
      const predictions = lines.flatMap((line) => ("answer" in line ? [line] : []));
      return {
        task,
        on,
        predictions,
        ...(noAnswerThreshold !== undefined && { noAnswerThreshold }),
      };
    }
    case "tokens":
      return { task, on, predictions: lines.flatMap((line) => ("tags" in line ? [line] : [])) };
    case "masked":
      return { task, on, predictions: lines.flatMap((line) => ("hidden" in line ? [line] : [])) };
    default:
      return { task, on, predictions: lines.flatMap((line) => ("top" in line ? [line] : [])) };
  }
}
