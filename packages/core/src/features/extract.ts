import type { Source } from "../data/batch.js";
import { evaluationBatches } from "../data/evaluation.js";
import type { Batch, Session } from "../engine.js";
import { GraftError } from "../errors.js";
import { FEATURES, type Task } from "../fine-tune/task.js";
import type { Program } from "../program.js";
import type { HostTensor } from "../weights/host-tensor.js";

export type ExtractOptions = {
  session: Session;
  /** Gives `outputs.features`, (B, ...) float32: `featureProgram`. */
  program: Program;
  source: Source;
  /** Which batch fields the program reads. */
  reads: Pick<Task, "inputs" | "sides">;
  /** Default 32. */
  batchSize?: number;
  /** Which view of the source: 0 is the plain one, from 1 on the augmentation of that epoch. Default 0. */
  epoch?: number;
  /** Throws `aborted` between two batches. */
  signal?: AbortSignal;
};

/** The features of the next samples, in the source's order. */
export type FeatureBatch = {
  readonly type: "features";
  /** Rows, (b, ...) float32. */
  readonly features: HostTensor<"float32">;
  /** The rest of the source's batch, without what the features replace: labels, masks, targets. */
  readonly fields: Batch;
  /** Samples so far, these included, and in all. */
  readonly count: number;
  readonly total: number;
};

/** Streams a source through a frozen program, batch by batch; the last one is as short as it must be. */
export async function* extractFeatures(
  options: ExtractOptions,
): AsyncGenerator<FeatureBatch, void> {
  const { session, program, source, batchSize = 32, signal } = options;
  const total = source.size;
  const { read, rest } = divided(options);
  let count = 0;
  for await (const batch of evaluationBatches(read, { batchSize })) {
    if (signal?.aborted) {
      throw new GraftError("aborted", `Extracting features was stopped after ${count} samples.`);
    }
    // The program reads no weights of samples.
    const { weight: _, ...inputs } = batch;
    const { outputs } = await session.run(program, inputs);
    const rows = Math.min(batchSize, total - count);
    const features = firstRows(program, outputs[FEATURES], rows);
    const fields = rest.get(count) ?? {};
    rest.delete(count);
    count += rows;
    yield { type: "features", features, fields, count, total };
  }
}

/** What the program reads; the rest waits for its batch, by place: batches loaded ahead may overtake each other. */
function divided({ source, reads, epoch = 0 }: ExtractOptions) {
  const { inputs, sides = [] } = reads;
  const rest = new Map<number, Batch>();
  const only = (batch: Batch, keep: (name: string) => boolean): Batch =>
    Object.fromEntries(Object.entries(batch).filter(([name]) => keep(name)));
  const load = async (indices: readonly number[]): Promise<Batch> => {
    const batch = await source.load(indices, { epoch });
    rest.set(
      indices[0]!,
      only(batch, (name) => !inputs.includes(name)),
    );
    return only(batch, (name) => inputs.includes(name) || sides.includes(name));
  };
  return { rest, read: { size: source.size, load } };
}

function firstRows(
  program: Program,
  features: HostTensor | undefined,
  rows: number,
): HostTensor<"float32"> {
  if (features?.dtype === "float32") {
    const { shape, data } = features;
    const size = data.length / (shape[0] ?? 1);
    return {
      dtype: "float32",
      shape: [rows, ...shape.slice(1)],
      data: data.subarray(0, rows * size),
    };
  }
  throw new GraftError(
    "program-invalid",
    `Extraction needs the output "features" as float32; the program "${program.key}" gives ${features?.dtype ?? "none"}.`,
  );
}
