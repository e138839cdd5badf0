import { rangesOf, type Sample, type Stratum } from "@graft-ml/core";
import type {
  LabelledText,
  QuestionSample,
  TargetText,
  TextSample,
  TokenSample,
} from "./dataset.js";

export type AnySample = LabelledText | QuestionSample | TargetText | TextSample | TokenSample;

/**
 * What texts are split by: classes and labels as they are; numbers to predict by which fifth of all
 * they belong to; sentences by the tags they have; questions by whether they have an answer.
 */
export function textStrata(samples: readonly AnySample[]): readonly Stratum[] {
  const targets = samples.flatMap((sample) => ("targets" in sample ? [sample.targets] : []));
  const areLabels = targets.every((row) => row.every((target) => target === 0 || target === 1));
  const ranges = rangesOf(areLabels ? [] : targets.map(([first]) => first!));
  return samples.map((sample, at) => {
    if ("targets" in sample) {
      return areLabels ? sample.targets.flatMap((one, label) => (one ? [label] : [])) : ranges[at]!;
    }
    return stratumOf(sample);
  });
}

function stratumOf(sample: Exclude<AnySample, TargetText>): Stratum {
  if ("label" in sample) return sample.label;
  if ("labels" in sample) return [...new Set(sample.labels)];
  return "answers" in sample && sample.answers.length === 0 ? 1 : 0;
}

/** What a sample is labelled with, in one line. */
export const textAnswer = (sample: Sample): string => {
  const { label, labels, targets, answers } = sample as Partial<
    LabelledText & TokenSample & TargetText & QuestionSample
  >;
  return JSON.stringify([label, labels, targets, answers?.map(({ text }) => text)]);
};
