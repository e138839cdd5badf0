import type { Batch, Program } from "@graft-ml/core";
import type { TokenNetwork } from "../network/token-network.js";
import type { TokenRow } from "../tokenize/token-batch.js";

/** Tokens of a batch: gradients keep every layer's attentions in memory. */
const TOKENS = 2048;

export type LineOptions = {
  network: TokenNetwork;
  /** `pathGradients`. */
  program: Program;
  /** Both ends of the line, as long as each other. */
  text: TokenRow;
  baseline: TokenRow;
  /** Which class's score, and of how many. */
  index: number;
  classes: number;
};

/** What each token adds to the score at points of the line, summed over the points. */
export async function sumGradients(
  portions: readonly number[],
  { network, program, text, baseline, index, classes }: LineOptions,
): Promise<Float64Array> {
  const sums = new Float64Array(text.ids.length);
  const length = network.padded([text]).input_ids!.shape[1]!;
  const size = batchSize(length);
  const rows = (row: TokenRow) => network.padded(Array.from({ length: size }, () => row));
  const lines = { ...rows(text), baseline_ids: rows(baseline).input_ids! };
  for (let start = 0; start < portions.length; start += size) {
    const now = portions.slice(start, start + size);
    const batch = { ...lines, ...pointsOf(now, { size, index, classes }) };
    const { outputs } = await network.run(program, batch);
    const { data } = outputs.attributions!;
    for (let row = 0; row < now.length; row++) {
      for (let token = 0; token < sums.length; token++) {
        sums[token]! += Number(data[row * length + token]);
      }
    }
  }
  return sums;
}

/** A power of two, so that the usual numbers of points fill all batches. */
const batchSize = (length: number): number =>
  2 ** Math.max(0, Math.min(4, Math.floor(Math.log2(TOKENS / length))));

/** Points, of which there may be less than rows: the last rows then are at the baseline. */
function pointsOf(
  portions: readonly number[],
  { size, index, classes }: { size: number; index: number; classes: number },
): Batch {
  const portion = new Float32Array(size);
  portion.set(portions);
  const target = new Float32Array(size * classes);
  for (let row = 0; row < size; row++) target[row * classes + index] = 1;
  return {
    portion: { dtype: "float32", shape: [size], data: portion },
    target: { dtype: "float32", shape: [size, classes], data: target },
  };
}
