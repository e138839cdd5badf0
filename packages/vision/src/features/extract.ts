import {
  type Batch,
  evaluationBatches,
  GraftError,
  type HostTensor,
  type Program,
  type Session,
  type Source,
} from "@graft-ml/core";

export type ExtractOptions = {
  session: Session;
  /** Gives `outputs.features`, (B, ...) float32: `featureProgram`. */
  program: Program;
  source: Source;
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
  /** The source's labels of these rows, where it has them. */
  readonly labels: Int32Array | undefined;
  /** Samples so far, these included, and in all. */
  readonly count: number;
  readonly total: number;
};

/** Streams a source through a frozen program, batch by batch; the last one is as short as it must be. */
export async function* extractFeatures(
  options: ExtractOptions,
): AsyncGenerator<FeatureBatch, void> {
  const { session, program, batchSize = 32, epoch = 0, signal } = options;
  const total = options.source.size;
  const source = withoutLabels(options.source, epoch);
  let count = 0;
  for await (const batch of evaluationBatches(source.pictures, { batchSize })) {
    if (signal?.aborted) {
      throw new GraftError("aborted", `Extracting features was stopped after ${count} pictures.`);
    }
    const { outputs } = await session.run(program, batch);
    const rows = Math.min(batchSize, total - count);
    const features = firstRows(program, outputs.features, rows);
    const labels = source.labels.get(count);
    source.labels.delete(count);
    count += rows;
    yield { type: "features", features, labels, count, total };
  }
}

/** The program needs no labels, and without them it computes no loss; they wait here for their batch. */
function withoutLabels(source: Source, epoch: number) {
  const labels = new Map<number, Int32Array>();
  const load = async (indices: readonly number[]): Promise<Batch> => {
    const { labels: label, ...rest } = await source.load(indices, { epoch });
    // By place: batches that are loaded ahead may overtake each other.
    if (label?.dtype === "int32") labels.set(indices[0]!, label.data);
    return rest;
  };
  return { labels, pictures: { size: source.size, load } };
}

function firstRows(
  program: Program,
  features: HostTensor | undefined,
  rows: number,
): HostTensor<"float32"> {
  if (features?.dtype !== "float32") {
    throw new GraftError(
      "program-invalid",
      `Extraction needs the output "features" as float32; the program "${program.key}" gives ${features?.dtype ?? "none"}.`,
    );
  }
  const [batch = 1, ...shape] = features.shape;
  const size = features.data.length / batch;
  return {
    dtype: "float32",
    shape: [rows, ...shape],
    data: features.data.subarray(0, rows * size),
  };
}
