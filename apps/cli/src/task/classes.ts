import {
  balancedClassWeights,
  balancedSampler,
  type ClassificationLoss,
  classificationJudge,
  GraftError,
  macroF1,
  type Sampler,
} from "@graft-ml/core";
import { likeliest, probabilities } from "@graft-ml/vision";
import { confusionOf } from "../run/confusion.js";
import type { ClassesScored, ClassPrediction } from "../run/predictions.js";
import type { TrainOptions } from "../run/train-options.js";
import { mostConfused } from "../terminal/confused.js";
import { crossEntropyOf, finiteLoss } from "./finite-loss.js";
import type { ClassesReading } from "./reading.js";
import { chooseConfidence, confidenceOf, rejectionJudge } from "./rejection.js";
import { subjectOf } from "./subject.js";
import type { TaskData, TaskKind, TaskSample } from "./task-kind.js";

type Labelled = TaskSample & { readonly label: number };
type Classed = TaskData & {
  readonly classes: readonly string[];
  readonly train: readonly Labelled[];
};

/** What all kinds with one class a sample have in common, whatever is told apart. */
export const oneClass = <D extends Classed, S extends Labelled>(task: ClassesReading["task"]) =>
  ({
    metrics: ["accuracy", "macroF1"],
    loss: "cross-entropy",
    output: "class",
    check({ targets }) {
      if (targets === null) return;
      throw new GraftError(
        "usage",
        "--targets names columns of numbers, for --task regression and text-numbers; classes are in the column label.",
      );
    },
    namesOf: ({ classes }) => classes,
    has: ({ label }, at) => label === at,
    read({ samples, rows, reject }) {
      if (reject === null) return { task };
      const labels = samples.map(({ label }) => label);
      const search = chooseConfidence({ rows, labels, wanted: reject });
      return { task, search, ...(search.chosen ? { rejection: search.chosen } : {}) };
    },
    scored: ({ samples, rows, names }) =>
      samples.map((sample, i) => predictionOf(sample, rows[i]!, names)),
    scoreOf(scored, names) {
      const { predictions } = scored;
      const count = predictions.length;
      const right = predictions.filter(({ truth, top }) => top[0]!.label === truth).length;
      return {
        accuracy: right / count,
        macroF1: macroF1(confusionOf(scored, names)),
        loss: predictions.reduce((sum, { loss }) => sum + loss, 0) / count,
      };
    },
    judge({ reading: { rejection }, names }) {
      const judge = classificationJudge();
      const accepting = rejection && rejectionJudge(rejection);
      return {
        add(batch, logits) {
          judge.add(batch, logits);
          accepting?.add(batch, logits);
        },
        end: () => {
          const { metrics, confusion } = judge.end();
          const confused = mostConfused(confusion, names);
          const rejected = accepting ? { rejection: accepting.end() } : {};
          return { metrics, details: { confused, ...rejected } };
        },
      };
    },
    answer(outputs, { reading: { rejection }, names, top: most }) {
      const top = likeliest(outputs, names, most);
      const best = top[0]!;
      const more = top.length > 1 ? { top } : {};
      if (!rejection) return { ...best, ...more };
      const confidence = confidenceOf(outputs, rejection);
      if (confidence >= rejection.threshold) {
        return { ...best, rejected: false, confidence, ...more };
      }
      return { label: null, score: best.score, rejected: true, confidence, top };
    },
    scores: probabilities,
  }) satisfies Partial<TaskKind<D, S, ClassesScored, ClassesReading>>;

/** What rare classes are worth in the loss, and how often an epoch draws them. */
export function balanced(
  { balance, labelSmoothing, seed }: TrainOptions,
  { train, classes }: Classed,
): { loss: ClassificationLoss; drawn: { sampler?: Sampler } } {
  const labels = train.map(({ label }) => label);
  const classWeight =
    balance === "weights" ? balancedClassWeights(labels, classes.length) : undefined;
  return {
    loss: { labelSmoothing, ...(classWeight ? { classWeight } : {}) },
    drawn: balance === "sampling" ? { sampler: balancedSampler(labels, { seed }) } : {},
  };
}

function predictionOf(
  sample: Labelled,
  logits: Float32Array,
  classes: readonly string[],
): ClassPrediction {
  const { name, label } = sample;
  const loss = finiteLoss(crossEntropyOf(logits, label), name);
  return {
    ...subjectOf(sample),
    truth: classes[label]!,
    loss,
    top: [...likeliest(logits, classes, 3)],
  };
}
