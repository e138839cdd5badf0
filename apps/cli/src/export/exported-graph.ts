import type { HostTensor } from "@graft-ml/core";
import { placesOf, type TextGraph, type Tokenizer, type TokenRow, textGraph } from "@graft-ml/nlp";
import {
  classifierGraph,
  type Picture,
  type PictureInput,
  type Preprocess,
  pictureInputs,
} from "@graft-ml/vision";
import type { SampleItems } from "./samples.js";
import { isOfMasks, rows, type Trained } from "./trainer.js";

/** A network as it is exported: what is compiled, and how samples enter and leave what was written. */
export type ExportedGraph = Pick<TextGraph, "run" | "sizes"> & {
  specs: (
    sizes: Readonly<Record<string, number>>,
  ) => ReturnType<TextGraph["specs"] | ReturnType<typeof classifierGraph>["specs"]>;
  /** Samples that are handed over together. */
  readonly chunk: number;
  feed(items: SampleItems): Readonly<Record<string, HostTensor<"float32" | "uint8" | "int32">>>;
  /** The logits of each of the samples of a chunk. */
  logitsOf(outputs: Outputs, items: SampleItems): Iterable<Float32Array>;
};

type Outputs = Readonly<Record<string, { readonly data: ArrayLike<number> }>>;

/** `form` is how pictures enter; texts do so in one way. */
export const exportedGraph = ({ input, ...trained }: Trained, form: PictureInput): ExportedGraph =>
  input.modality === "pictures"
    ? ofPictures({ ...trained, preprocess: input.preprocess }, form)
    : isOfMasks(trained)
      ? ofMasks({ ...trained, tokenizer: input.tokenizer })
      : ofTexts({ ...trained, tokenizer: input.tokenizer });

type Network = Pick<Trained, "model" | "weights">;

function ofPictures(
  { preprocess, ...trained }: Network & { preprocess: Preprocess },
  form: PictureInput,
): ExportedGraph {
  const { name, feed, anySize } = pictureInputs[form];
  return {
    ...classifierGraph({ ...trained, preprocess, input: form }),
    chunk: anySize ? 1 : 8,
    feed: (items) => ({ [name]: feed(items as readonly Picture[], preprocess) }),
    logitsOf: ({ logits }, items) => rows((logits?.data ?? []) as Float32Array, items.length),
  };
}

function ofTexts(source: Network & { tokenizer: Tokenizer }): ExportedGraph {
  const graph = textGraph(source);
  return {
    ...graph,
    chunk: 8,
    feed: (items) => graph.feed(items as readonly TokenRow[]),
    *logitsOf(outputs, items) {
      const all = [...rows(logitsIn(outputs), items.length)];
      const lengths = (items as readonly TokenRow[]).map(({ ids }) => ids.length);
      const longest = Math.max(...lengths);
      for (const [at, row] of all.entries()) {
        // Of a head for tokens the padding's logits are nobody's.
        const { numClasses } = source.model;
        yield row.length === numClasses
          ? row
          : row.subarray(0, (row.length / longest) * lengths[at]!);
      }
    },
  };
}

/** One text at a time: the graph scores the whole vocabulary at every token, and what counts is at [MASK]. */
function ofMasks(source: Network & { tokenizer: Tokenizer }): ExportedGraph {
  const graph = textGraph(source);
  const { numClasses: width } = source.model;
  return {
    ...graph,
    chunk: 1,
    feed: (items) => graph.feed(items as readonly TokenRow[]),
    *logitsOf({ logits }, items) {
      const places = placesOf((items as readonly TokenRow[])[0]!.ids, source.tokenizer);
      const all = (logits?.data ?? []) as Float32Array;
      const asked = new Float32Array(places.length * width);
      for (const [mask, at] of places.entries()) {
        asked.set(all.subarray(at * width, (at + 1) * width), mask * width);
      }
      yield asked;
    },
  };
}

/** Of a head for questions its two outputs, side by side again; without a head the tokens' vectors. */
function logitsIn(outputs: Outputs): Float32Array {
  const { start_logits: starts, end_logits: ends, logits, last_hidden_state: hidden } = outputs;
  if (!starts || !ends) return ((logits ?? hidden)?.data ?? []) as Float32Array;
  return Float32Array.from({ length: 2 * starts.data.length }, (_, at) =>
    at % 2 === 0 ? starts.data[at / 2]! : ends.data[(at - 1) / 2]!,
  );
}
