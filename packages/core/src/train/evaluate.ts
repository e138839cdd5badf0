import { classificationJudge } from "../objective/classification.js";
import { type JudgeOptions, type JudgeProgress, judged } from "./judge.js";

/** Batches have `labels`, (B) int32. */
export type EvaluateOptions = Omit<JudgeOptions, "judge">;

export type EvaluateEvent =
  | JudgeProgress
  | {
      readonly type: "eval-end";
      /** Weighted mean cross-entropy. */
      readonly loss: number;
      readonly accuracy: number;
      readonly macroF1: number;
      /** Samples with a positive weight. */
      readonly count: number;
      /** Rows are true classes, columns predicted ones: sums of weights. */
      readonly confusion: readonly (readonly number[])[];
    };

/** Runs a classifier over every batch, telling how far it is, and at the end how good it is. */
export async function* evaluate(options: EvaluateOptions): AsyncGenerator<EvaluateEvent, void> {
  const judge = classificationJudge();
  const { metrics, count, confusion } = yield* judged({ ...options, judge });
  yield { type: "eval-end", ...metrics, count, confusion };
}
