import type { TargetScale } from "@graft-ml/core";
import { z } from "zod";
import type { Config } from "../source/located.js";
import type { ModelInput } from "../source/model-input.js";
import { type Rejection, type RejectionSearch, rejectionSchema } from "./rejection.js";

/** Each output is a class, one of which is true. */
export type ClassesReading = {
  readonly task: "image" | "text";
  /** When it says "none of these". */
  readonly rejection?: Rejection | undefined;
  /** How that was looked for, where it just was. */
  readonly search?: RejectionSearch | undefined;
};

/** Each output is a label, any number of which are true. */
export type LabelsReading = {
  readonly task: "multi-label" | "text-labels";
  /** The least probability at which each label is taken. */
  readonly thresholds: readonly number[];
};

export type NumbersReading = {
  readonly task: "regression" | "text-numbers";
  /** Of the numbers that it learned from. */
  readonly scale: TargetScale;
};

/** Each word has outputs, one for each tag. */
export type TagsReading = { readonly task: "tokens" };

/** Each token has two outputs: that an answer begins, and that it ends, there. */
export type AnswersReading = {
  readonly task: "qa";
  /** How far "no answer" must lie above the best one; undefined: every question has an answer. */
  readonly noAnswerThreshold?: number | undefined;
};

/** Each place has an output for every word of the vocabulary. */
export type MaskedReading = { readonly task: "masked" };

/** What a network's outputs mean. */
export type Reading =
  | ClassesReading
  | LabelsReading
  | NumbersReading
  | TagsReading
  | AnswersReading
  | MaskedReading;

export const taskNames = [
  "image",
  "multi-label",
  "regression",
  "text",
  "text-labels",
  "text-numbers",
  "tokens",
  "qa",
  "masked",
] as const;
export type TaskName = (typeof taskNames)[number];

const numbers = z.array(z.number());
const about = z.object({
  problem_type: z.string().nullish(),
  thresholds: numbers.optional(),
  target_mean: numbers.optional(),
  target_std: numbers.optional(),
  rejection: rejectionSchema.optional(),
});

/** As a model's config.json says it, under Hugging Face's names where it has one; nothing of a network without a head. */
export function readingConfig(reading: Reading | undefined) {
  if (reading === undefined) return {};
  if ("thresholds" in reading) {
    return { problem_type: "multi_label_classification", thresholds: reading.thresholds };
  }
  if ("scale" in reading) {
    const { mean, std } = reading.scale;
    return { problem_type: "regression", target_mean: mean, target_std: std };
  }
  if (reading.task === "tokens" || reading.task === "masked") return {};
  if (reading.task === "qa") {
    const { noAnswerThreshold: threshold } = reading;
    return threshold === undefined ? {} : { no_answer_threshold: threshold };
  }
  const { rejection } = reading;
  return { problem_type: "single_label_classification", ...(rejection ? { rejection } : {}) };
}

/** The tasks of a modality, by what their outputs are. */
const tasksOf = {
  pictures: { classes: "image", labels: "multi-label", numbers: "regression" },
  texts: { classes: "text", labels: "text-labels", numbers: "text-numbers" },
} as const;

/** The same from a config.json: classes where it says nothing, 1/2 where it has no thresholds. */
export function readingOf(
  config: Config,
  { outputs, modality }: { outputs: number; modality: ModelInput["modality"] },
): Reading {
  const tasks = tasksOf[modality];
  const byHead = readingOfHead(config);
  if (byHead) return byHead;
  const parsed = about.safeParse(config);
  if (!parsed.success) return { task: tasks.classes };
  const { problem_type: type, thresholds, target_mean: mean, target_std: std } = parsed.data;
  const { rejection } = parsed.data;
  const all = (value: number) => new Array<number>(outputs).fill(value);
  if (type === "multi_label_classification") {
    return { task: tasks.labels, thresholds: thresholds ?? all(0.5) };
  }
  if (type !== "regression") return { task: tasks.classes, ...(rejection ? { rejection } : {}) };
  return { task: tasks.numbers, scale: { mean: mean ?? all(0), std: std ?? all(1) } };
}

/** Of heads that serve one task alone. */
function readingOfHead({ architectures, no_answer_threshold: threshold }: Config) {
  // "TokenClassification" of "BertForTokenClassification".
  const head = Array.isArray(architectures)
    ? /For(\w+)$/.exec(String(architectures[0]))?.[1]
    : undefined;
  const readings: Readonly<Record<string, Reading>> = {
    TokenClassification: { task: "tokens" },
    QuestionAnswering: {
      task: "qa",
      ...(typeof threshold === "number" ? { noAnswerThreshold: threshold } : {}),
    },
    MaskedLM: { task: "masked" },
    PreTraining: { task: "masked" },
  };
  return head === undefined ? undefined : readings[head];
}
