import {
  balancedClassWeights,
  balancedSampler,
  classificationJudge,
  GraftError,
  macroF1,
} from "@graft-ml/core";
import { likeliest, pictureTask, probabilities } from "@graft-ml/vision";
import {
  openPictures,
  type PictureDataset,
  type PictureSample,
  pictureSource,
} from "@graft-ml/vision/node";
import { confusionOf } from "../run/confusion.js";
import type { ClassesScored, PicturePrediction } from "../run/predictions.js";
import { openForEvaluation } from "../source/data.js";
import { mostConfused } from "../terminal/confused.js";
import type { Reading } from "./reading.js";
import { chooseConfidence, confidenceOf, rejectionJudge } from "./rejection.js";
import type { TaskKind } from "./task-kind.js";

type ImageReading = Extract<Reading, { task: "image" }>;

/** One class a picture. */
export const imageKind: TaskKind<PictureDataset, PictureSample, ClassesScored, ImageReading> = {
  metrics: ["accuracy", "macroF1"],
  loss: "cross-entropy",
  output: "class",
  about: (names) => `tells ${names.length} classes of pictures apart`,
  check({ targets }) {
    if (targets === null) return;
    throw new GraftError(
      "usage",
      "--targets names columns of numbers, for --task regression; classes are in the column label.",
    );
  },
  open: ({ data }, given) => openPictures(data, { validation: 0, ...given }),
  openToScore: openForEvaluation,
  source: pictureSource,
  has: ({ label }, at) => label === at,
  learning({ balance, labelSmoothing, seed }, { dataset, preprocess }) {
    const labels = dataset.train.map(({ label }) => label);
    const classWeight =
      balance === "weights" ? balancedClassWeights(labels, dataset.classes.length) : undefined;
    const loss = { labelSmoothing, ...(classWeight ? { classWeight } : {}) };
    return {
      task: pictureTask({ preprocess, loss }),
      ...(balance === "sampling" ? { sampler: balancedSampler(labels, { seed }) } : {}),
    };
  },
  read({ samples, rows, reject }) {
    if (reject === null) return { task: "image" };
    const labels = samples.map(({ label }) => label);
    const search = chooseConfidence({ rows, labels, wanted: reject });
    return { task: "image", search, ...(search.chosen ? { rejection: search.chosen } : {}) };
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
};

function predictionOf(
  { name, label }: PictureSample,
  logits: Float32Array,
  classes: readonly string[],
): PicturePrediction {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const logSum = highest + Math.log(logits.reduce((sum, one) => sum + Math.exp(one - highest), 0));
  const loss = logSum - logits[label]!;
  if (!Number.isFinite(loss)) {
    throw new GraftError(
      "loss-not-finite",
      `The loss of ${name} is ${loss}: the weights give scores that are not finite. Train with a lower learning rate.`,
      { details: { name, loss } },
    );
  }
  return { picture: name, truth: classes[label]!, loss, top: [...likeliest(logits, classes, 3)] };
}
