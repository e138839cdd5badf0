import type { Batch, RunResult, Session } from "../engine.js";
import { GraftError } from "../errors.js";
import type { Program } from "../program.js";

export type EvaluateOptions = {
  session: Session;
  /** Gives `outputs.logits`, (B, classes) float32. */
  program: Program;
  /** Each with `labels`, (B) int32, and maybe `weight`, (B) float32: what `evaluationBatches` makes. */
  batches: AsyncIterable<Batch>;
  /** Throws `aborted` between two batches. */
  signal?: AbortSignal;
};

export type EvaluateEvent =
  | { readonly type: "eval-progress" /** Samples so far. */; readonly count: number }
  | {
      readonly type: "eval-end";
      /** Weighted mean cross-entropy. */
      readonly loss: number;
      readonly accuracy: number;
      readonly macroF1: number;
      /** Samples with a positive weight. */
      readonly count: number;
      /** Rows are true classes, columns predicted ones: sums of weights. */
      readonly confusion: readonly (readonly number[])[];
    };

/** Runs a classifier over every batch, telling how far it is, and at the end how good it is. */
export async function* evaluate(options: EvaluateOptions): AsyncGenerator<EvaluateEvent, void> {
  const { session, program, batches, signal } = options;
  const tally: Tally = { loss: 0, weight: 0, count: 0, confusion: [] };
  for await (const batch of batches) {
    if (signal?.aborted) {
      throw new GraftError("aborted", `Evaluation was stopped after ${tally.count} samples.`);
    }
    add(tally, batch, await session.run(program, batch));
    yield { type: "eval-progress", count: tally.count };
  }
  if (tally.weight === 0) {
    throw new GraftError("dataset-empty", "There are no samples with a weight to evaluate on.");
  }
  const { count, confusion } = tally;
  const loss = tally.loss / tally.weight;
  if (!Number.isFinite(loss)) {
    throw new GraftError(
      "loss-not-finite",
      `The loss over ${count} samples is ${loss}: the weights give logits that are not finite. Train with a lower learning rate.`,
      { details: { loss, count } },
    );
  }
  yield {
    type: "eval-end",
    loss,
    ...scores(confusion),
    count,
    confusion,
  };
}

type Tally = { loss: number; weight: number; count: number; confusion: number[][] };

function add(tally: Tally, batch: Batch, result: RunResult): void {
  const { logits } = result.outputs;
  const { labels, weight } = batch;
  if (logits?.dtype !== "float32" || logits.shape.length !== 2) {
    throw new GraftError(
      "program-invalid",
      `Evaluation needs the output "logits" as (batch, classes) float32; the program gives ${describe(logits)}.`,
    );
  }
  const [size = 0, classes = 0] = logits.shape;
  if (labels?.data.length !== size || (weight && weight.data.length !== size)) {
    throw new GraftError(
      "batch-invalid",
      `Evaluation needs "labels" (and "weight", if there) for ${size} samples; labels: ${describe(labels)}, weight: ${describe(weight)}.`,
    );
  }
  if (tally.confusion.length === 0) {
    tally.confusion.push(
      ...Array.from({ length: classes }, () => new Array<number>(classes).fill(0)),
    );
  }
  for (let i = 0; i < size; i++) {
    const scored = {
      logits: logits.data.subarray(i * classes, (i + 1) * classes),
      label: labels.data[i]!,
    };
    addSample(tally, scored, weight ? weight.data[i]! : 1);
  }
}

function addSample(
  tally: Tally,
  sample: { logits: Float32Array; label: number },
  weight: number,
): void {
  if (weight <= 0) return;
  const { logits, label } = sample;
  const row = tally.confusion[label];
  if (row === undefined) {
    throw new GraftError(
      "batch-invalid",
      `A label is ${label} and the program knows the classes 0 to ${logits.length - 1}.`,
      { details: { label, classes: logits.length } },
    );
  }
  const best = logits.reduce((top, value, i) => (value > logits[top]! ? i : top), 0);
  tally.loss += weight * (logSumExp(logits) - logits[label]!);
  tally.weight += weight;
  tally.count += 1;
  row[best]! += weight;
}

function logSumExp(values: Float32Array): number {
  const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

/** F1 of a class that neither occurs nor is predicted counts 0 and is left out of the mean. */
function scores(confusion: readonly (readonly number[])[]): { accuracy: number; macroF1: number } {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const hits = confusion.map((row, i) => row[i]!);
  const occurs = confusion.map(sum);
  const predicted = confusion.map((_, i) => sum(confusion.map((row) => row[i]!)));
  const f1 = hits.flatMap((hit, i) => {
    const total = occurs[i]! + predicted[i]!;
    return total === 0 ? [] : [(2 * hit) / total];
  });
  return { accuracy: sum(hits) / sum(occurs), macroF1: sum(f1) / f1.length };
}

const describe = (tensor: { dtype: string; shape: readonly number[] } | undefined): string =>
  tensor === undefined ? "absent" : `${tensor.dtype} [${tensor.shape.join(", ")}]`;
