import { checkScores, type Scores } from "../metrics.js";

export type Temperature = {
  /** Divide logits by it before softmax: above 1 the network was too sure of itself. */
  readonly temperature: number;
  /** Mean cross-entropy of these samples as they were, and at that temperature. */
  readonly lossBefore: number;
  readonly lossAfter: number;
};

/** Where the loss falls without end: every sample is right (towards 0), or chance is best (towards infinity). */
const LIMITS = { min: 0.01, max: 100 } as const;

/**
 * Temperature scaling (arXiv 1706.04599, section 4.2): the one number that makes confidences fit held-out
 * samples best, kept within 0.01 to 100. Predicted classes do not change. `scores` are logits. The loss
 * is convex in 1 / temperature, so Newton's steps, kept within a bracket, find its only minimum.
 * Throws `shape-mismatch`.
 */
export function fitTemperature(input: Scores): Temperature {
  checkScores(input);
  let [low, high] = [1 / LIMITS.max, 1 / LIMITS.min];
  let beta = 1;
  for (let step = 0; step < 100; step++) {
    const { slope, curve } = lossAt(input, beta);
    if (slope > 0) high = beta;
    else low = beta;
    const newton = beta - slope / curve;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    const settled = Math.abs(next - beta) <= 1e-12 * beta;
    beta = next;
    if (settled) break;
  }
  const [lossBefore, lossAfter] = [lossAt(input, 1).loss, lossAt(input, beta).loss];
  return { temperature: 1 / beta, lossBefore, lossAfter };
}

/** Row-major probabilities (samples, classes) of logits at a temperature (default 1). */
export function softmax(
  logits: ArrayLike<number>,
  options: { numClasses: number; temperature?: number },
): Float32Array {
  const { numClasses, temperature = 1 } = options;
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += numClasses) {
    result.set(rowSoftmax(logits, { start, numClasses, beta: 1 / temperature }).chances, start);
  }
  return result;
}

function rowSoftmax(
  logits: ArrayLike<number>,
  row: { start: number; numClasses: number; beta: number },
): { chances: Float64Array; logSum: number } {
  const { start, numClasses, beta } = row;
  const scaled = Float64Array.from({ length: numClasses }, (_, i) => logits[start + i]! * beta);
  const top = scaled.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = scaled.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return { chances: powers.map((power) => power / sum), logSum: top + Math.log(sum) };
}

/** Mean cross-entropy of beta * logits, with its first two derivatives by beta: a mean and a variance. */
function lossAt(input: Scores, beta: number): { loss: number; slope: number; curve: number } {
  const { scores, labels, numClasses, sampleWeight } = input;
  let [loss, slope, curve, all] = [0, 0, 0, 0];
  for (let row = 0; row < labels.length; row++) {
    const weight = sampleWeight?.[row] ?? 1;
    if (weight === 0) continue;
    const start = row * numClasses;
    const { chances, logSum } = rowSoftmax(scores, { start, numClasses, beta });
    const own = scores[start + labels[row]!]!;
    const mean = chances.reduce((sum, chance, i) => sum + chance * scores[start + i]!, 0);
    loss += weight * (logSum - beta * own);
    slope += weight * (mean - own);
    curve += weight * chances.reduce((s, c, i) => s + c * (scores[start + i]! - mean) ** 2, 0);
    all += weight;
  }
  return { loss: loss / all, slope: slope / all, curve: curve / all };
}
