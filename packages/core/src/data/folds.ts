import { GraftError } from "../errors.js";
import { permutation } from "../random.js";
import { indicesByLabel, type Split } from "./split.js";

/** One way to divide the samples: indices, in their order, of what is trained on and what is scored. */
export type Fold = Split<"train" | "validation">;

/**
 * K-fold cross-validation in which every fold has its share of each label: sizes, and the counts of a
 * label, differ by one at most. Each sample is validated once. Same seed, same folds.
 * Throws `config-invalid` for fewer than 2 folds or fewer samples than folds.
 */
export function stratifiedFolds(
  labels: readonly (string | number)[],
  options: { folds: number; seed: number },
): readonly Fold[] {
  const { folds, seed } = options;
  checkFolds(folds, labels.length, "samples");
  const fold = new Uint32Array(labels.length);
  let dealt = 0;
  indicesByLabel(labels).forEach((indices, which) => {
    // Dealt like cards, one label after the other: no fold gets ahead by more than one.
    for (const at of permutation(seed, which, indices.length)) fold[indices[at]!] = dealt++ % folds;
  });
  return foldsOf(fold, folds);
}

/**
 * Every choice of `out` groups to validate on, in the order of the groups' names: leave one group out,
 * or, with a group for each sample, leave one sample out. Throws `config-invalid`.
 */
export function* leaveGroupsOut(
  groups: readonly (string | number)[],
  options: { /** Default 1. */ out?: number } = {},
): Generator<Fold, void> {
  const { out = 1 } = options;
  const members = indicesByLabel(groups);
  if (!Number.isInteger(out) || out < 1 || out >= members.length) {
    throw new GraftError(
      "config-invalid",
      `Can't leave ${out} of ${members.length} groups out. Leave at least 1 out and 1 in.`,
      { details: { out, groups: members.length } },
    );
  }
  for (const chosen of combinations(members.length, out)) {
    const isOut = new Uint8Array(groups.length);
    for (const group of chosen) for (const index of members[group]!) isOut[index] = 1;
    yield foldOf(groups.length, (index) => isOut[index] === 1);
  }
}

/** The folds told by the number of each sample's fold. */
export function foldsOf(fold: ArrayLike<number>, folds: number): readonly Fold[] {
  return Array.from({ length: folds }, (_, which) =>
    foldOf(fold.length, (index) => fold[index] === which),
  );
}

/** Throws `config-invalid` unless there are 2 folds or more, and no more than there are things to deal. */
export function checkFolds(folds: number, count: number, things: string): void {
  if (Number.isInteger(folds) && folds >= 2 && folds <= count) return;
  throw new GraftError(
    "config-invalid",
    `Can't make ${folds} folds of ${count} ${things}. Ask for at least 2 folds and at most ${count}.`,
    { details: { folds, count } },
  );
}

function foldOf(count: number, isValidation: (index: number) => boolean): Fold {
  const parts: { train: number[]; validation: number[] } = { train: [], validation: [] };
  for (let index = 0; index < count; index++) {
    parts[isValidation(index) ? "validation" : "train"].push(index);
  }
  return parts;
}

/** The subsets of 0 to n - 1 of a size, in lexicographic order. */
function* combinations(n: number, size: number, from = 0): Generator<readonly number[], void> {
  if (size === 0) return yield [];
  for (let first = from; first <= n - size; first++) {
    for (const rest of combinations(n, size - 1, first + 1)) yield [first, ...rest];
  }
}
