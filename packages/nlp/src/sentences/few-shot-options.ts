import type {
  Engine,
  FewShotHead,
  FloatWeights,
  Model,
  ShotsHead,
  TrainEvent,
} from "@graft-ml/core";
import type { AnsweredText, TextLengthOptions } from "../texts/text-source.js";
import type { Tokenizer } from "../tokenize/encoding.js";
import type { TextPooling } from "./embedding.js";

/** `logistic`: regression on the vectors (`fitLogisticHead`); the others are core's, in closed form. */
export type TextsHead = "logistic" | ShotsHead;

/** How the encoder learns from pairs; the defaults are SetFit's. */
export type ContrastOptions = {
  /** 0 leaves the encoder as it is. Default 1. */
  epochs?: number;
  /** Pairs an epoch for each text, half of them of its class. Default 40. */
  pairsPerText?: number;
  /** Pairs a batch. Default 16. */
  batchSize?: number;
  /** Peak of the rate, which climbs for a tenth of the steps and falls along a line. Default 2e-5. */
  rate?: number;
  /** AdamW's, on matrices alone. Default 0.01. */
  weightDecay?: number;
};

export type FewShotTextsOptions = TextLengthOptions & {
  engine: Engine;
  /** A BERT of any kind, whatever its head. */
  model: Model;
  /** The checkpoint's; of a head that is not needed they are left aside. */
  weights: FloatWeights;
  tokenizer: Tokenizer;
  /** With a `label` each. */
  train: readonly AnsweredText[];
  /** Default: one more than the highest label. */
  numClasses?: number;
  /** Texts with labels to judge by, and to calibrate the probabilities with. Default: none. */
  validation?: readonly AnsweredText[];
  /** Default "mean". */
  pooling?: TextPooling;
  /** Default "logistic". */
  head?: TextsHead;
  contrast?: ContrastOptions;
  /** Decides the pairs, their order and what is dropped. Default 0. */
  seed?: number;
  signal?: AbortSignal;
};

/** Plain JSON. */
export type FewShotTextsEvent =
  | { readonly type: "phase-start"; readonly phase: "contrast" | "head" }
  | (TrainEvent & { readonly phase: "contrast" })
  | {
      readonly type: "head-fitted";
      readonly phase: "head";
      readonly head: TextsHead;
      /** By heads fitted without the judged texts, on vectors that were tuned with them. */
      readonly crossValidated?: NonNullable<FewShotHead["crossValidated"]>;
    }
  /** On the validation texts. */
  | ({ readonly type: "head-judged"; readonly phase: "head" } & HeadVerdict);

export type HeadVerdict = {
  readonly count: number;
  readonly accuracy: number;
  readonly macroF1: number;
  /** Rows are true classes, columns predicted ones. */
  readonly confusion: readonly (readonly number[])[];
  /** What logits are divided by, so that probabilities fit these texts. */
  readonly temperature: number;
  /** Mean cross-entropy and expected calibration error, before and after. */
  readonly loss: { readonly before: number; readonly after: number };
  readonly calibrationError: { readonly before: number; readonly after: number };
};

/** Plain data: a classifier that `openTextClassifier` takes and `textModelFiles` saves. */
export type FewShotTexts = { readonly model: Model; readonly weights: FloatWeights };
