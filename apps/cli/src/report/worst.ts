import type { Scored } from "../run/predictions.js";
import { kinds } from "../task/kinds.js";
import { threeDigits } from "../task/metrics.js";
import type { Mistake } from "./report-data.js";

/** What the model said wrong, in words, the costliest first: look there for truths that are wrong themselves. */
export function worstOf(scored: Scored, names: readonly string[]): readonly Mistake[] {
  switch (scored.task) {
    case "image":
      return costliest(scored.predictions)
        .filter(({ truth, top }) => top[0]!.label !== truth)
        .map(({ picture, truth, loss, top }) => {
          const { label, score } = top[0]!;
          return { picture, truth, predicted: label, score, truthScore: Math.exp(-loss) };
        });
    case "multi-label":
      return costliest(scored.predictions)
        .map(({ picture, truth, scores }) => {
          const taken = names.filter((_, i) => scores[i]! >= scored.thresholds[i]!);
          return { picture, truth: listed(truth), predicted: listed(taken) };
        })
        .filter(({ truth, predicted }) => truth !== predicted);
    case "regression":
      return costliest(scored.predictions).map(({ picture, truth, values }) => ({
        picture,
        truth: truth.map(threeDigits).join(", "),
        predicted: values.map(threeDigits).join(", "),
      }));
  }
}

const costliest = <P extends { readonly loss: number }>(predictions: readonly P[]): P[] =>
  predictions.toSorted((a, b) => b.loss - a.loss);

const listed = (labels: readonly string[]): string =>
  labels.length === 0 ? `no ${kinds["multi-label"].output}` : labels.join(", ");
