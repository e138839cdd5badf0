import { GraftError } from "../errors.js";
import { permutation } from "../random.js";

/** The same share of each label in every part; indices within a part keep their order. */
export type Split<Part extends string> = Readonly<Record<Part, readonly number[]>>;

/**
 * Splits samples into parts by fractions, label by label, the same for the same seed. Each part gets
 * at least one sample of a label that has as many samples as there are parts.
 * Throws `config-invalid` when the fractions are not positive or do not add up to 1.
 */
export function stratifiedSplit<Part extends string>(
  labels: readonly (string | number)[],
  options: { fractions: Readonly<Record<Part, number>>; seed: number },
): Split<Part>;
export function stratifiedSplit(
  labels: readonly (string | number)[],
  options: { validation: number; seed: number },
): Split<"train" | "validation">;
export function stratifiedSplit(
  labels: readonly (string | number)[],
  options: { fractions?: Readonly<Record<string, number>>; validation?: number; seed: number },
): Split<string> {
  const { seed } = options;
  const fractions = fractionsOf(options);
  const parts = new Map<string, number[]>(fractions.map(([part]) => [part, []]));
  indicesByLabel(labels).forEach((indices, which) => {
    const order = Array.from(permutation(seed, which, indices.length));
    let start = 0;
    portions(indices.length, fractions).forEach(([part, count]) => {
      const chosen = order.slice(start, start + count).map((i) => indices[i]!);
      parts.get(part)?.push(...chosen);
      start += count;
    });
  });
  return Object.fromEntries([...parts].map(([part, list]) => [part, list.sort((a, b) => a - b)]));
}

/** Where each label stands, label by label in the order of their spelling. */
export function indicesByLabel(
  labels: readonly (string | number)[],
): readonly (readonly number[])[] {
  const groups = new Map<string | number, number[]>();
  labels.forEach((label, index) => {
    const group = groups.get(label);
    if (group) group.push(index);
    else groups.set(label, [index]);
  });
  // By label, not by first appearance, so that the split does not depend on the order of the files.
  return [...groups].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map(([, list]) => list);
}

/** Whole counts by largest remainder; then every part that got none takes one from the largest. */
function portions(
  total: number,
  fractions: readonly (readonly [string, number])[],
): readonly (readonly [string, number])[] {
  const counts = fractions.map(([, fraction]) => Math.floor(fraction * total + 1e-9));
  const byRemainder = fractions
    .map(([, fraction], i) => ({ i, rest: fraction * total - counts[i]! }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  const left = total - counts.reduce((sum, count) => sum + count, 0);
  for (const { i } of byRemainder.slice(0, left)) counts[i]! += 1;
  if (total >= fractions.length) {
    while (counts.includes(0)) {
      counts[counts.indexOf(Math.max(...counts))]! -= 1;
      counts[counts.indexOf(0)]! += 1;
    }
  }
  return fractions.map(([part], i) => [part, counts[i]!] as const);
}

/** The parts with their shares, which default to one fifth for validation. Throws `config-invalid`. */
export function fractionsOf(options: {
  fractions?: Readonly<Record<string, number>>;
  validation?: number;
}): readonly (readonly [string, number])[] {
  const { validation = 0.2 } = options;
  const fractions = Object.entries(options.fractions ?? { train: 1 - validation, validation });
  const sum = fractions.reduce((total, [, fraction]) => total + fraction, 0);
  if (Math.abs(sum - 1) < 1e-6 && fractions.every(([, fraction]) => fraction > 0)) {
    return fractions;
  }
  const said = fractions.map(([part, fraction]) => `${part} ${fraction}`).join(", ");
  throw new GraftError(
    "config-invalid",
    `The parts of a split must be positive and add up to 1: ${said}.`,
    { details: Object.fromEntries(fractions) },
  );
}
