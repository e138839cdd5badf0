import { GraftError } from "../errors.js";
import { permutation, uniformValues } from "../random.js";

/** Which samples an epoch draws, and in what order: a function of the epoch's number alone, so that training resumes anywhere. */
export type Sampler = {
  /** Samples drawn in an epoch. */
  readonly size: number;
  /** `size` indices; epochs count from 1. */
  order(epoch: number): ArrayLike<number>;
};

export type WeightedSamplerOptions = {
  seed: number;
  /** Samples an epoch. Default: as many as there are weights. */
  size?: number;
  /** Keeps the sums of weights of each stratum exact, too: class numbers, say. */
  strata?: ArrayLike<number>;
};

/**
 * Draws each sample in proportion to its weight, anew in every epoch: a sample that is due 2.3 times
 * comes 2 or 3 times, and a stratum likewise (systematic resampling, after which the order is
 * shuffled), where independent draws would scatter. Throws `config-invalid` for weights that are
 * negative, not finite, or all 0.
 */
export function weightedSampler(
  weights: ArrayLike<number>,
  options: WeightedSamplerOptions,
): Sampler {
  const { seed, strata, size = weights.length } = options;
  const total = checkWeights(weights);
  return {
    size,
    order: (epoch) => {
      const line = Array.from(permutation(seed, 2 * epoch, weights.length));
      // Neighbours on the line share their rounding, so a stratum that lies together is exact as a whole.
      if (strata) line.sort((a, b) => strata[a]! - strata[b]!);
      const start = uniformValues({ seed, step: epoch, site: "weighted-sampler" }, 1)[0]!;
      const drawn = spread(line, weights, { step: total / size, start, size });
      return Array.from(permutation(seed, 2 * epoch + 1, size), (at) => drawn[at]!);
    },
  };
}

/**
 * Every class as often as any other in each epoch, to within one sample, and the samples of a class as
 * often as each other; `size` samples an epoch, by default as many as there are.
 */
export function balancedSampler(
  labels: ArrayLike<number>,
  options: { seed: number; size?: number },
): Sampler {
  const counts = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) {
    counts.set(labels[row]!, (counts.get(labels[row]!) ?? 0) + 1);
  }
  const weights = Array.from(labels, (label) => 1 / counts.get(label)!);
  return weightedSampler(weights, { ...options, strata: labels });
}

/** Marks every `step` along the weights laid end to end; a sample is drawn once for each mark on it. */
function spread(
  line: readonly number[],
  weights: ArrayLike<number>,
  { step, start, size }: { step: number; start: number; size: number },
): number[] {
  const drawn: number[] = [];
  let end = 0;
  for (const index of line) {
    end += weights[index]!;
    while (drawn.length < size && (drawn.length + start) * step < end) drawn.push(index);
  }
  // The last mark may be lost to the rounding of the sums.
  const last = line.findLast((index) => weights[index]! > 0)!;
  while (drawn.length < size) drawn.push(last);
  return drawn;
}

function checkWeights(weights: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index]!;
    if (!(weight >= 0 && weight < Infinity)) throw invalid(`the weight ${weight} (${index})`);
    total += weight;
  }
  if (total === 0) throw invalid(`${weights.length} weights that are all 0`);
  return total;
}

const invalid = (what: string): GraftError =>
  new GraftError("config-invalid", `Can't draw samples by ${what}. Pass positive numbers.`);
