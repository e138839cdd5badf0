import type { TargetScale } from "@graft-ml/core";
import { z } from "zod";
import type { Config } from "../source/located.js";
import { type Rejection, type RejectionSearch, rejectionSchema } from "./rejection.js";

/** What a network's outputs mean. */
export type Reading =
  | {
      readonly task: "image";
      /** When it says "none of these". */
      readonly rejection?: Rejection | undefined;
      /** How that was looked for, where it just was. */
      readonly search?: RejectionSearch | undefined;
    }
  | {
      readonly task: "multi-label";
      /** The least probability at which each label is taken. */
      readonly thresholds: readonly number[];
    }
  | {
      readonly task: "regression";
      /** Of the numbers that it learned from. */
      readonly scale: TargetScale;
    };

export const taskNames = ["image", "multi-label", "regression"] as const;
export type TaskName = (typeof taskNames)[number];

const numbers = z.array(z.number());
const about = z.object({
  problem_type: z.string().nullish(),
  thresholds: numbers.optional(),
  target_mean: numbers.optional(),
  target_std: numbers.optional(),
  rejection: rejectionSchema.optional(),
});

/** As a model's config.json says it, under Hugging Face's names where it has one. */
export function readingConfig(reading: Reading) {
  switch (reading.task) {
    case "image":
      return {
        problem_type: "single_label_classification",
        ...(reading.rejection ? { rejection: reading.rejection } : {}),
      };
    case "multi-label":
      return { problem_type: "multi_label_classification", thresholds: reading.thresholds };
    case "regression": {
      const { mean, std } = reading.scale;
      return { problem_type: "regression", target_mean: mean, target_std: std };
    }
  }
}

/** The same from a config.json: classes where it says nothing, 1/2 where it has no thresholds. */
export function readingOf(config: Config, outputs: number): Reading {
  const parsed = about.safeParse(config);
  if (!parsed.success) return { task: "image" };
  const { problem_type: type, thresholds, target_mean: mean, target_std: std } = parsed.data;
  const { rejection } = parsed.data;
  const all = (value: number) => new Array<number>(outputs).fill(value);
  if (type === "multi_label_classification") {
    return { task: "multi-label", thresholds: thresholds ?? all(0.5) };
  }
  if (type !== "regression") return { task: "image", ...(rejection ? { rejection } : {}) };
  return { task: "regression", scale: { mean: mean ?? all(0), std: std ?? all(1) } };
}
