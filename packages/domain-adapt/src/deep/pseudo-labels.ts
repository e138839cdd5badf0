import { type Batch, GraftError, type Source, subsetSource } from "@graft-ml/core";
import { type Matrix, rowOf } from "@graft-ml/core/linalg";

export type PseudoLabelOptions = {
  /** What a network says of unlabelled samples: (N, C), rows that sum to 1. */
  readonly probabilities: Matrix;
  /** Share of the samples told to be of a class that is taken, the surest first. Default 1. */
  readonly portion?: number;
  /** Samples whose class has a lower probability are left out. Default 0. */
  readonly threshold?: number;
  /** "class": the portion is of each class, so that hard ones are not left behind; "none": of all samples. Default "class". */
  readonly balance?: "class" | "none";
};

export type PseudoLabels = {
  /** Which samples are taken, in order. */
  readonly indices: readonly number[];
  /** Their classes. */
  readonly labels: readonly number[];
  /** The probabilities of these. */
  readonly confidences: readonly number[];
  /** The probability that a class's samples had to be above: exp(-k_c). */
  readonly thresholds: readonly number[];
};

/**
 * Labels for the samples that a network is surest of (class-balanced self-training, Zou et al. 2018, arXiv
 * 1810.07911): sample i gets the class of the largest p_c / exp(-k_c), where that is
 * above 1, and k_c lets the given portion of the class in. Throws `batch-invalid` for what are no
 * probabilities, and `config-invalid`.
 */
export function selectPseudoLabels(options: PseudoLabelOptions): PseudoLabels {
  const { probabilities, threshold = 0 } = options;
  checkProbabilities(probabilities);
  checkShares(options);
  const thresholds = thresholdsOf(options);
  const chosen = Array.from({ length: probabilities.rows }, (_, index) => {
    const row = rowOf(probabilities, index);
    const label = topOf(row, (p, c) => p / thresholds[c]!);
    return { index, label, confidence: row[label]! };
  }).filter(({ label, confidence }) => confidence > thresholds[label]! && confidence >= threshold);
  return {
    indices: chosen.map(({ index }) => index),
    labels: chosen.map(({ label }) => label),
    confidences: chosen.map(({ confidence }) => confidence),
    thresholds,
  };
}

/** Above 0, so that it divides; below every probability that counts. */
const LOWEST = 1e-12;

/** The probability after the portion of the surest, of each class or of all. A class of no sample lets none in. */
function thresholdsOf({
  probabilities,
  portion = 1,
  balance = "class",
}: PseudoLabelOptions): number[] {
  const { rows, columns } = probabilities;
  const tops = Array.from({ length: rows }, (_, index) => {
    const row = rowOf(probabilities, index);
    const label = topOf(row, (p) => p);
    return { label, confidence: row[label]! };
  });
  const after = (some: readonly { readonly confidence: number }[]): number => {
    if (some.length === 0) return 1;
    const sorted = some.map(({ confidence }) => confidence).sort((a, b) => b - a);
    return Math.max(LOWEST, sorted[Math.round(portion * sorted.length)] ?? LOWEST);
  };
  const all = after(tops);
  return Array.from({ length: columns }, (_, c) =>
    balance === "none" ? all : after(tops.filter(({ label }) => label === c)),
  );
}

function topOf(row: Float64Array, score: (p: number, c: number) => number): number {
  return row.reduce((best, p, c) => (score(p, c) > score(row[best]!, best) ? c : best), 0);
}

function checkProbabilities({ rows, columns, data }: Matrix): void {
  const at = data.findIndex((value) => !(value >= 0 && value <= 1 + 1e-6));
  if (rows > 0 && columns > 1 && at < 0) return;
  const why = at < 0 ? "" : `; row ${Math.floor(at / columns)} holds ${data[at]}`;
  throw new GraftError(
    "batch-invalid",
    `Pseudo-labels need probabilities of [samples, classes], a sample and two classes at least, not [${rows},${columns}]${why}.`,
    { details: { rows, columns } },
  );
}

function checkShares({ portion = 1, threshold = 0 }: PseudoLabelOptions): void {
  if (portion > 0 && portion <= 1 && threshold >= 0 && threshold <= 1) return;
  throw new GraftError(
    "config-invalid",
    `Pseudo-labels need a portion above 0 and a threshold, both up to 1, not ${portion} and ${threshold}.`,
    { details: { portion, threshold } },
  );
}

/** The chosen samples of a source with their pseudo-labels in place of any that they have. Throws `dataset-empty`. */
export function pseudoLabelled(
  source: Source,
  { indices, labels }: Pick<PseudoLabels, "indices" | "labels">,
  { field = "labels" }: { field?: string } = {},
): Source {
  if (indices.length === 0) {
    throw new GraftError(
      "dataset-empty",
      "The network is sure of no sample, so there is none with a pseudo-label. Lower the threshold or raise the portion.",
    );
  }
  const chosen = subsetSource(source, indices);
  return {
    size: indices.length,
    async load(places, context): Promise<Batch> {
      const batch = await chosen.load(places, context);
      const data = Int32Array.from(places, (place) => labels[place]!);
      return { ...batch, [field]: { dtype: "int32", shape: [places.length], data } };
    },
  };
}
