import type { Batch, RunResult, Session } from "../engine.js";
import { GraftError } from "../errors.js";
import { confusionMatrix, macroF1 } from "../metrics.js";
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
    accuracy: confusion.reduce((hits, row, i) => hits + row[i]!, 0) / tally.weight,
    macroF1: macroF1(confusion),
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
  if (labels === undefined) {
    throw new GraftError("batch-invalid", 'Evaluation needs the batch field "labels".');
  }
  const numClasses = logits.shape[1] ?? 0;
  const weights = weight?.data ?? new Float32Array(labels.data.length).fill(1);
  const matrix = confusionMatrix({
    scores: logits.data,
    labels: labels.data,
    numClasses,
    sampleWeight: weights,
  });
  tally.confusion = matrix.map((row, i) =>
    row.map((sum, j) => sum + (tally.confusion[i]?.[j] ?? 0)),
  );
  weights.forEach((sample, i) => {
    if (sample <= 0) return;
    const row = logits.data.subarray(i * numClasses, (i + 1) * numClasses);
    tally.loss += sample * (logSumExp(row) - row[labels.data[i]!]!);
    tally.weight += sample;
    tally.count += 1;
  });
}

function logSumExp(values: Float32Array): number {
  const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

const describe = (tensor: { dtype: string; shape: readonly number[] } | undefined): string =>
  tensor === undefined ? "none" : `${tensor.dtype} [${tensor.shape.join(", ")}]`;
