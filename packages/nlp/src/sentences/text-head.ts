import {
  accuracy,
  confusionMatrix,
  fitFewShotHead,
  fitLogisticHead,
  fitTemperature,
  type HostTensor,
  type LogisticHead,
  linearFromPrototypes,
  macroF1,
  reliability,
  shotsDistances,
  softmax,
} from "@graft-ml/core";
import type { FewShotTextsEvent, HeadVerdict, TextsHead } from "./few-shot-options.js";

/** A linear layer on vectors; on those of length 1 where it is cosine. */
export type TextHead = { readonly layer: LogisticHead; readonly isCosine: boolean };

export type LabelledVectors = {
  readonly features: HostTensor<"float32">;
  readonly labels: readonly number[];
  readonly numClasses: number;
};

type Fitted = Pick<Extract<FewShotTextsEvent, { type: "head-fitted" }>, "crossValidated">;

/** Throws what `fitLogisticHead` and `fitFewShotHead` throw. */
export function fitTextHead(vectors: LabelledVectors, kind: TextsHead): TextHead & Fitted {
  if (kind === "logistic") return { layer: fitLogisticHead(vectors), isCosine: false };
  const head = fitFewShotHead({ ...vectors, distance: shotsDistances[kind] });
  const { crossValidated } = head;
  const layer = linearFromPrototypes(head);
  return { layer, isCosine: kind === "cosine", ...(crossValidated ? { crossValidated } : {}) };
}

/** How good a head is on other texts, and the head whose probabilities fit them (arXiv 1706.04599). */
export function judgeTextHead(
  head: TextHead,
  { features, labels, numClasses }: LabelledVectors,
): { verdict: HeadVerdict; head: TextHead } {
  const logits = logitsOf(head.layer, features);
  const scores = { scores: logits, labels, numClasses };
  const { temperature, lossBefore, lossAfter } = fitTemperature(scores);
  const errorAt = (at: number) =>
    reliability({ ...scores, scores: softmax(logits, { numClasses, temperature: at }) }).expected;
  const confusion = confusionMatrix(scores);
  const verdict = {
    count: labels.length,
    accuracy: accuracy(scores),
    macroF1: macroF1(confusion),
    confusion,
    temperature,
    loss: { before: lossBefore, after: lossAfter },
    calibrationError: { before: errorAt(1), after: errorAt(temperature) },
  };
  return { verdict, head: { ...head, layer: cooled(head.layer, temperature) } };
}

const cooled = ({ weight, bias }: LogisticHead, temperature: number): LogisticHead => ({
  weight: { ...weight, data: weight.data.map((value) => value / temperature) },
  bias: { ...bias, data: bias.data.map((value) => value / temperature) },
});

function logitsOf(
  { weight, bias }: LogisticHead,
  { data, shape }: HostTensor<"float32">,
): Float32Array {
  const [rows = 0, size = 0] = shape;
  const classes = bias.data.length;
  return Float32Array.from({ length: rows * classes }, (_, at) => {
    const [row, label] = [Math.floor(at / classes) * size, at % classes];
    let sum = bias.data[label]!;
    for (let i = 0; i < size; i++) sum += data[row + i]! * weight.data[label * size + i]!;
    return sum;
  });
}
