import type { Batch, Source } from "@graft-ml/core";
import type { TokenSource } from "../tokenize/token-source.js";
import type { PairSampler } from "./pair-sampler.js";

/** Batches of pairs: `input_ids` and its kin, (B, 2, S) int32, and `targets`, (B) float32: 1 where both are of one class. */
export function pairSource(texts: TokenSource, sampler: PairSampler): Source {
  return {
    size: sampler.size,
    async load(indices, context) {
      const pairs = indices.map((index) => sampler.pair(index, context.epoch));
      const rows = pairs.flatMap(({ a, b }) => [a, b]);
      const { labels: _, ...tokens } = await texts.load(rows, context);
      const targets = Float32Array.from(pairs, ({ target }) => target);
      return {
        ...byPair(tokens),
        targets: { dtype: "float32", shape: [pairs.length], data: targets },
      };
    },
  };
}

const byPair = (batch: Batch): Batch =>
  Object.fromEntries(
    Object.entries(batch).map(([name, field]) => {
      const [rows = 0, ...rest] = field.shape;
      return [name, { ...field, shape: [rows / 2, 2, ...rest] }];
    }),
  );
