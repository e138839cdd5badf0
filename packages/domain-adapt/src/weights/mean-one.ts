/** Weights with the given mean, none above `most` times it: what is cut off is spread over the others. */
export function withMean(
  weights: Float64Array,
  { mean, most }: { mean: number; most: number },
): Float64Array {
  const bound = mean * most;
  let scaled = rescaled(weights, mean);
  for (let round = 0; round < 100 && scaled.some((weight) => weight > bound); round++) {
    scaled = rescaled(
      scaled.map((weight) => Math.min(weight, bound)),
      mean,
    );
  }
  return scaled.map((weight) => Math.min(weight, bound));
}

function rescaled(weights: Float64Array, mean: number): Float64Array {
  const sum = weights.reduce((a, b) => a + b, 0);
  return sum > 0 ? weights.map((weight) => (weight * mean * weights.length) / sum) : weights;
}
