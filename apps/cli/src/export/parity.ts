import { GraftError } from "@graft-ml/core";
import { kinds } from "../task/kinds.js";
import type { Reading } from "../task/reading.js";
import type { Samples } from "./samples.js";

/** How far an export is from the trainer. */
export type Difference = {
  /** Of the outputs, mostly logits. */
  readonly largestAbsoluteDifference: number;
  /** The largest magnitude of the trainer's, to judge it by. */
  readonly largestLogit: number;
  /** Of the scores, which are between 0 and 1; of numbers in their deviations. */
  readonly largestScoreDifference: number;
  /** Samples for which both have the same highest output. */
  readonly sameLabel: number;
};

/** What parity.json holds. */
export type Parity = Difference & {
  readonly format: string;
  /** What was compared: of hidden words alone where there are any, and the tokens' vectors where there is no head. */
  readonly outputs: "logits" | "last_hidden_state";
  readonly samples: { readonly count: number } & Omit<Samples, "items">;
  /** What computed the trainer's side. */
  readonly trainer: string;
  /** What ran the export. */
  readonly exported: string;
  readonly versions: { readonly graft: string; readonly node: string };
};

/** Scores may differ by so much; beyond it an export is wrong, not merely rounded. */
const MOST = 1e-3;

export function differenceOf(
  trainer: readonly Float32Array[],
  exported: readonly Float32Array[],
  reading: Reading | undefined,
): Difference {
  const scores = (outputs: Float32Array) =>
    reading ? kinds[reading.task].scores(outputs, reading) : outputs;
  const pairs = trainer.map((logits, i) => [logits, exported[i] ?? new Float32Array(0)] as const);
  const most = (of: (a: Float32Array, b: Float32Array) => number): number =>
    pairs.reduce((worst, [a, b]) => Math.max(worst, of(a, b)), 0);
  return {
    largestAbsoluteDifference: most(gap),
    largestLogit: most((a) => gap(a, new Float32Array(a.length))),
    largestScoreDifference: most((a, b) => gap(scores(a), scores(b))),
    sameLabel: pairs.filter(([a, b]) => best(a) === best(b)).length,
  };
}

/** Infinity where one has what the other lacks, or is no number. */
function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    most = Math.max(most, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return most;
}

const best = (logits: Float32Array): number =>
  logits.reduce((at, value, i) => (value > logits[at]! ? i : at), 0);

/** Throws `export-differs` where the export does not say what the trainer says. */
export function requireParity({ largestScoreDifference: found, format }: Parity): void {
  if (found <= MOST) return;
  throw new GraftError(
    "export-differs",
    `The ${format} export's scores differ from the trainer's by up to ${found.toPrecision(3)}, above ${MOST}: don't use it. Its parity.json says on what; try another --device, or report it.`,
    { details: { format, largestScoreDifference: found } },
  );
}
