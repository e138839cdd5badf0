export type ClassScore = { readonly label: string; readonly score: number };

/** The classes that one row of logits makes likeliest, with their probabilities, the likeliest first. */
export function likeliest(
  logits: Float32Array,
  classes: readonly string[],
  top: number,
): readonly ClassScore[] {
  const scores = probabilities(logits);
  return classes
    .map((label, i) => ({ label, score: scores[i]! }))
    .sort((a, b) => b.score - a.score)
    .slice(0, top);
}

/** Softmax of one row of logits, in double precision. */
export function probabilities(logits: Float32Array): Float64Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (value) => Math.exp(value - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}
