import { fitTemperature, softmax } from "../metrics/temperature.js";
import { accuracy } from "../metrics.js";
import { type LabelledRows, rowOf } from "./class-means.js";
import { type FewShotHead, fewShotLogits } from "./few-shot-head.js";

const FOLDS = 5;
/**
 * Measured on photographs, drawings and hand signs: with one sample a class, scores fit best where the
 * prototypes themselves are told apart by about three.
 */
const GUESS = 3;
/** The guess counts as much as so many judged samples: few of them may all be right by luck. */
const GUESS_WORTH = 5;

export type CrossValidated = {
  /** What the judged samples say of the head that was fitted on all. */
  at(head: FewShotHead): Pick<FewShotHead, "temperature" | "crossValidated">;
};

/**
 * Judges each sample by a head fitted without its fold: the i-th samples of every class leave together,
 * so that classes stay balanced. Scores are measured in units of each head's own spread: means of
 * fewer samples lie further apart. Undefined where no class has two samples.
 */
export function crossValidate(
  table: LabelledRows,
  options: {
    /** Which sample each row shows. */
    samples: readonly number[];
    numClasses: number;
    /** A head at temperature 1. */
    fit: (rows: readonly number[]) => FewShotHead;
  },
): CrossValidated | undefined {
  const { samples, numClasses, fit } = options;
  const { foldOf, folds } = foldsOf(table, samples);
  const scores: number[] = [];
  const labels: number[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const left = table.rows.filter((row) => foldOf(samples[row]!) === fold);
    if (left.length === 0) continue;
    const head = fit(table.rows.filter((row) => foldOf(samples[row]!) !== fold));
    const unit = spreadOf(head);
    for (const score of logitsOf(head, table, left)) scores.push(score / unit);
    labels.push(...left.map((row) => table.labels[row]!));
  }
  if (labels.length === 0 || numClasses < 2) return undefined;
  const judged = { scores, labels, numClasses };
  const fitted = 1 / fitTemperature(judged).temperature;
  const count = new Set(table.rows.map((row) => samples[row]!)).size;
  const sharpness = (count * fitted + GUESS_WORTH * GUESS) / (count + GUESS_WORTH);
  return {
    at: (head) => ({
      temperature: spreadOf(head) / sharpness,
      crossValidated: {
        count: labels.length,
        accuracy: accuracy(judged),
        loss: lossOf(judged, sharpness),
      },
    }),
  };
}

/** For heads that nothing can be judged by. */
export const guessedTemperature = (head: FewShotHead): number => spreadOf(head) / GUESS;

/** The fold of each sample; -1 for the only one of its class, which is never left out. */
function foldsOf({ labels, rows }: LabelledRows, samples: readonly number[]) {
  const classes = new Map<number, number[]>();
  const seen = new Set<number>();
  for (const row of rows) {
    const sample = samples[row]!;
    if (seen.has(sample)) continue;
    seen.add(sample);
    const members = classes.get(labels[row]!) ?? [];
    members.push(sample);
    classes.set(labels[row]!, members);
  }
  const largest = Math.max(...[...classes.values()].map((members) => members.length));
  const folds = Math.min(FOLDS, largest);
  const places = new Map<number, number>();
  for (const members of classes.values()) {
    members.forEach((sample, i) => {
      places.set(sample, members.length > 1 ? i % folds : -1);
    });
  }
  return { folds, foldOf: (sample: number) => places.get(sample)! };
}

/** By how much prototypes are mean likelier to be themselves than each other: the scale of a head's scores. */
function spreadOf(head: FewShotHead): number {
  const [count = 0] = head.prototypes.shape;
  const logits = fewShotLogits({ ...head, temperature: 1 }, head.prototypes);
  let sum = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) sum += logits[a * count + a]! - logits[a * count + b]!;
  }
  return sum > 0 ? sum / (count * (count - 1)) : 1;
}

function logitsOf(head: FewShotHead, table: LabelledRows, rows: readonly number[]): Float32Array {
  const data = new Float32Array(rows.length * table.size);
  rows.forEach((row, i) => {
    data.set(rowOf(table, row), i * table.size);
  });
  return fewShotLogits(head, { dtype: "float32", shape: [rows.length, table.size], data });
}

function lossOf(
  { scores, labels, numClasses }: { scores: number[]; labels: number[]; numClasses: number },
  sharpness: number,
): number {
  const chances = softmax(scores, { numClasses, temperature: 1 / sharpness });
  const losses = labels.map((label, row) => -Math.log(chances[row * numClasses + label]!));
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}
