import type { DataCheck } from "../run/data-check.js";
import type { FoldScores } from "../run/fold-scores.js";
import type { OnnxReceipt } from "../run/onnx-receipt.js";
import type { Scored } from "../run/predictions.js";
import type { KeptRate } from "../run/rates-file.js";
import type { RunConfig } from "../run/run-folder.js";
import type { TrainingPlan } from "../run/training-plan.js";
import type { Explanation } from "../task/explanation.js";
import type { RejectionSearch } from "../task/rejection.js";

/** What was learned in one phase, in the order of its epochs and steps. */
export type PhaseCurve = {
  readonly phase: string;
  readonly epochs: readonly EpochPoint[];
  readonly rates: readonly RatePoint[];
  /** What happened on the way, a sentence each: a rate lowered, a way back after a divergence, an early stop. */
  readonly turns: readonly string[];
};

export type EpochPoint = {
  readonly epoch: number;
  /** Mean training loss. */
  readonly loss: number;
  /** On the validation pictures, where there are any. */
  readonly validationLoss?: number;
  /** Of the task, on the same. */
  readonly metrics?: Readonly<Record<string, number>>;
};

export type RatePoint = { readonly step: number; readonly rate: number };

/** What a stretch of work took; `samples` counts each as often as it was used. */
export type PhaseTime = {
  readonly phase: string;
  readonly seconds: number;
  readonly samples?: number | undefined;
};

/** A picture or text that the model is wrong about, in words. */
export type Mistake = {
  readonly name: string;
  /** What it says: of a text. */
  readonly text?: string | undefined;
  readonly truth: string;
  readonly predicted: string;
  /** Of the predicted class, 0 to 1; undefined where there are several, or numbers. */
  readonly score?: number;
  /** Of the true class. */
  readonly truthScore?: number;
  /** The class, label or number that it is most wrong about. */
  readonly about?: string | undefined;
  /** Which words of a text mattered for that; undefined where it was not asked. */
  readonly explanation?: Explanation | undefined;
  /** A small copy as a data: address; undefined where the picture can't be read now. */
  readonly thumbnail?: string | undefined;
};

/** Everything that the page shows. What is undefined was not to be had, and `notes` say why. */
export type ReportData = {
  readonly folder: string;
  readonly config: RunConfig;
  readonly isFinished: boolean;
  readonly phases: readonly PhaseCurve[];
  readonly times: readonly PhaseTime[];
  readonly scored: Scored | undefined;
  readonly mistakes: readonly Mistake[];
  /** How many there are in all. */
  readonly wrong: number;
  readonly check: DataCheck | undefined;
  /** What each phase was to train; undefined where no plan was kept. */
  readonly plan: TrainingPlan | undefined;
  /** Where rates were looked for: how. */
  readonly rates: readonly KeptRate[] | undefined;
  /** What became of model.onnx; undefined where the run made none. */
  readonly onnx: OnnxReceipt | undefined;
  /** How far folds agree; undefined where there were none. */
  readonly folds: FoldScores | undefined;
  /** How "none of these" was chosen; undefined where it was not asked for. */
  readonly rejection?: RejectionSearch | undefined;
  readonly notes: readonly string[];
};
