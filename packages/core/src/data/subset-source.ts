import { GraftError } from "../errors.js";
import type { Source } from "./batch.js";

/** A part of something larger: which of its samples, in which order. */
export type Subset<Of> = { readonly of: Of; readonly indices: readonly number[] };

/**
 * Some samples of a source, in this order; one may come twice. Each keeps its place in the whole where
 * augmentation is drawn from it. `cacheFeatures` works out the features of the whole, once for all of
 * its subsets. Throws `batch-invalid` for an index outside the source.
 */
export function subsetSource(source: Source, indices: readonly number[]): Source {
  const of = source.subset?.of ?? source;
  const places = subsetIndices(source, indices);
  return {
    size: indices.length,
    subset: { of, indices: places },
    load: (chosen, context) =>
      of.load(
        chosen.map((index) => places[index]!),
        context,
      ),
  };
}

/** The indices in the whole where a part of a part is taken. Throws `batch-invalid`. */
export function subsetIndices(
  { size, subset }: { readonly size: number; readonly subset?: Subset<unknown> },
  indices: readonly number[],
): readonly number[] {
  const beyond = indices.find((index) => !(index >= 0 && index < size));
  if (beyond !== undefined) {
    throw new GraftError("batch-invalid", `There is no sample ${beyond} among ${size}.`);
  }
  return subset ? indices.map((index) => subset.indices[index]!) : indices;
}
