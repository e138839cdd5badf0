import type { Batch, Session } from "../engine.js";
import { GraftError } from "../errors.js";
import type { Program } from "../program.js";
import type { HostTensor } from "../weights/host-tensor.js";

/** How good a program's logits are over a whole set of samples. */
export type Verdict = {
  /** By name; a metric that these samples leave undefined is left out. */
  readonly metrics: Readonly<Record<string, number>>;
};

/** Adds up what one batch after the other is worth; a new one for each set of samples. */
export type Judge<V extends Verdict = Verdict> = {
  /** Axes of the logits that it reads: 2 for a row a sample, 3 for a row a token. Default 2. */
  readonly rank?: number;
  add(batch: Batch, logits: Logits): void;
  /** Throws `loss-not-finite`. */
  end(): V;
};

/** What the output `logits` holds: (B, width), or (B, S, width) for a judge of tokens, row-major. */
export type Logits = { readonly data: Float32Array; readonly width: number };

export type JudgeOptions<V extends Verdict = Verdict> = {
  session: Session;
  /** Gives `outputs.logits`, float32 of the judge's rank. */
  program: Program;
  /** Each with the targets that the judge asks for, and maybe `weight`, (B, ...) float32: what `evaluationBatches` makes. */
  batches: AsyncIterable<Batch>;
  judge: Judge<V>;
  /** Throws `aborted` between two batches. */
  signal?: AbortSignal;
};

/** How many samples have been judged. */
export type JudgeProgress = { readonly type: "eval-progress"; readonly count: number };

/** Runs a program over every batch, telling how far it is; returns the verdict. */
export async function* judged<V extends Verdict>(
  options: JudgeOptions<V>,
): AsyncGenerator<JudgeProgress, V & { readonly count: number }> {
  const { session, program, batches, judge, signal } = options;
  let count = 0;
  for await (const batch of batches) {
    if (signal?.aborted) {
      throw new GraftError("aborted", `Evaluation was stopped after ${count} samples.`);
    }
    const { outputs } = await session.run(program, batch);
    judge.add(batch, logitsOf(outputs.logits, judge.rank));
    count += countOf(batch);
    yield { type: "eval-progress", count };
  }
  if (count === 0) {
    throw new GraftError("dataset-empty", "There are no samples with a weight to evaluate on.");
  }
  return { ...judge.end(), count };
}

/** Samples with a positive weight, be it of one of their tokens. */
function countOf({ weight, ...fields }: Batch): number {
  if (!weight) return Object.values(fields)[0]?.shape[0] ?? 0;
  const { data, shape } = weight;
  const size = data.length / (shape[0] ?? 1);
  return Array.from({ length: shape[0] ?? 0 }, (_, row) =>
    data.subarray(row * size, (row + 1) * size).some((each) => each > 0),
  ).filter(Boolean).length;
}

/** A field that a judge needs. Throws `batch-invalid`. */
export function fieldOf(batch: Batch, name: string): Batch[string] {
  const field = batch[name];
  if (field) return field;
  throw new GraftError("batch-invalid", `Evaluation needs the batch field "${name}".`);
}

/** The weight of each sample: the batch's, or 1. */
export const weightsOfBatch = ({ weight }: Batch, count: number): ArrayLike<number> =>
  weight?.data ?? new Float32Array(count).fill(1);

/** Throws `loss-not-finite`. */
export function requireFiniteLoss(loss: number, count: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new GraftError(
    "loss-not-finite",
    `The loss over ${count} samples is ${loss}: the weights give logits that are not finite. Train with a lower learning rate.`,
    { details: { loss, count } },
  );
}

/** Those that are numbers: events are plain JSON, which has no other. */
export const finiteOnly = (metrics: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));

function logitsOf(output: HostTensor | undefined, rank = 2): Logits {
  const width = output?.shape.at(-1);
  if (output?.data instanceof Float32Array && output.shape.length === rank && width !== undefined) {
    return { data: output.data, width };
  }
  const wanted = rank === 2 ? "(batch, classes)" : "(batch, tokens, classes)";
  throw new GraftError(
    "program-invalid",
    `Evaluation needs the output "logits" as ${wanted} float32; the program gives ${describe(output)}.`,
  );
}

const describe = (tensor: HostTensor | undefined): string =>
  tensor === undefined ? "none" : `${tensor.dtype} [${tensor.shape.join(", ")}]`;
