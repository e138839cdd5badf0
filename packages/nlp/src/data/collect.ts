import { GraftError, type Sample } from "@graft-ml/core";
import type { SkippedText, TextParts } from "./dataset.js";
import type { PartFiles, PartName } from "./part-files.js";

/** Samples of one file or of many, some at a time, with the rows that are left out. */
export type SampleStream<S> = AsyncIterable<readonly (S | SkippedText)[]>;

export type CollectOptions = {
  /** Whether a row that can't be used is an error instead of being left out. Default false. */
  strict?: boolean;
  /** Throws `aborted` between two groups of rows. */
  signal?: AbortSignal;
};

const isSkipped = (sample: object): sample is SkippedText => "reason" in sample;

/** Passes on the samples of a stream; the rows left out go to `skipped`. Throws `dataset-invalid` if strict. */
export async function* usable<S extends object>(
  stream: SampleStream<S>,
  skipped: SkippedText[],
  { strict = false, signal }: CollectOptions,
): AsyncGenerator<readonly S[], void> {
  let count = 0;
  for await (const group of stream) {
    if (signal?.aborted) {
      throw new GraftError("aborted", `The reading stopped after ${count} texts.`);
    }
    const samples: S[] = [];
    for (const sample of group) {
      if (!isSkipped(sample)) samples.push(sample);
      else if (strict) throw badRow(sample);
      else skipped.push(sample);
    }
    count += samples.length;
    yield samples;
  }
}

const badRow = ({ name, reason }: SkippedText): GraftError =>
  new GraftError(
    "dataset-invalid",
    `${name} ${reason}. Correct it, or leave such rows out by reading without strict.`,
    { details: { name, reason } },
  );

export type Collected<S> = { readonly [part in PartName]: readonly S[] } & {
  readonly skipped: readonly SkippedText[];
};

/** All samples of all parts. Throws `dataset-empty` where a part that has files has no samples. */
export async function collectParts<S extends object>(
  { files, skipped: ignored }: PartFiles,
  options: CollectOptions & { streamOf: (path: string) => Promise<SampleStream<S>> },
): Promise<Collected<S>> {
  const skipped: SkippedText[] = [];
  const part = async (name: PartName): Promise<readonly S[]> => {
    const samples: S[] = [];
    for (const path of files[name]) {
      for await (const group of usable(await options.streamOf(path), skipped, options)) {
        for (const sample of group) samples.push(sample);
      }
    }
    if (samples.length === 0 && files[name].length > 0) throw emptyPart(files[name], skipped);
    return samples;
  };
  const train = await part("train");
  const validation = await part("validation");
  const test = await part("test");
  return { train, validation, test, skipped: [...ignored, ...skipped] };
}

export function emptyPart(files: readonly string[], skipped: readonly SkippedText[]): GraftError {
  const [first] = skipped;
  const why = first
    ? `: all ${skipped.length} rows were left out, the first (${first.name}) because it ${first.reason}`
    : "";
  return new GraftError(
    "dataset-empty",
    `${files.join(", ")} holds no usable text${why}. Add texts, or name the columns that hold them.`,
    { details: { files, skipped: skipped.length } },
  );
}

/** What every data set has besides its samples. */
export const commonParts = (
  root: string,
  parts: PartFiles,
  notes: readonly string[],
): Pick<TextParts<Sample>, "root" | "notes"> => ({
  root,
  notes: [...new Set([...parts.notes, ...notes])],
});
