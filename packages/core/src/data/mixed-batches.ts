import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import { bernoulliBits, type Draw, permutation, uniformValues } from "../random.js";
import type { Batches } from "./batch.js";
import { betaValues } from "./beta.js";

export type MixingOptions = {
  /** Blends two samples (arXiv 1710.09412): alpha of Beta(alpha, alpha), often 0.2. Default: not done. */
  mixup?: number;
  /** Pastes a box of one picture into another (arXiv 1905.04899): alpha, often 1. Default: not done. */
  cutmix?: number;
  /** Share of the samples that are mixed, by one or the other, evenly, where both are asked for. Default 1. */
  probability?: number;
  /** Decides partners, shares and boxes: with the step, nothing else does. */
  seed: number;
};

/**
 * The same batches with three more fields that tell `mixSamples` what to mix, each sample on its own:
 * `mixPartner` (B) int32, another sample's row; `mixShare` (B) float32, what is kept of its own; and,
 * for cutmix, `mixBox` (B, 4) float32, the top, left, bottom and right of the partner's box as fractions.
 * Pixels and features are not touched here. Throws `config-invalid`.
 */
export function mixedBatches(batches: Batches, options: MixingOptions): Batches {
  checkOptions(options);
  return {
    stepsPerEpoch: batches.stepsPerEpoch,
    async *from(first) {
      let step = first;
      for await (const { epoch, batch } of batches.from(first)) {
        yield { epoch, batch: { ...batch, ...mixing(sampleCount(batch), step, options) } };
        step += 1;
      }
    },
  };
}

const sampleCount = (batch: Batch): number => Object.values(batch)[0]?.shape[0] ?? 0;

function mixing(count: number, step: number, options: MixingOptions): Batch {
  const { mixup, cutmix, probability = 1, seed } = options;
  const draw = (site: string): Draw => ({ seed, step, site: `mixing/${site}` });
  const isMixed = bernoulliBits(draw("mixed"), count, probability);
  const half = cutmix === undefined ? 0 : mixup === undefined ? 1 : 0.5;
  const isCut = bernoulliBits(draw("cut"), count, half);
  const share = new Float32Array(count).fill(1);
  if (mixup !== undefined) {
    betaValues(draw("mixup"), count, mixup).forEach((value, i) => {
      if (isMixed[i] && !isCut[i]) share[i] = value;
    });
  }
  const partner = Int32Array.from(permutation(seed, step, count));
  return {
    mixPartner: { dtype: "int32", shape: [count], data: partner },
    mixShare: { dtype: "float32", shape: [count], data: share },
    ...(cutmix === undefined ? {} : { mixBox: boxes({ count, cutmix, draw, isMixed, isCut }) }),
  };
}

/** Boxes of area 1 - lambda about a uniform centre, cut off at the border; samples without one get an empty box. */
function boxes(options: {
  count: number;
  cutmix: number;
  draw: (site: string) => Draw;
  isMixed: Uint8Array;
  isCut: Uint8Array;
}): Batch[string] {
  const { count, cutmix, draw, isMixed, isCut } = options;
  const lambda = betaValues(draw("cutmix"), count, cutmix);
  const centre = uniformValues(draw("centre"), 2 * count);
  const data = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) {
    if (!(isMixed[i] && isCut[i])) continue;
    const reach = Math.sqrt(1 - lambda[i]!) / 2;
    const [y, x] = [centre[2 * i]!, centre[2 * i + 1]!];
    data.set([y - reach, x - reach, y + reach, x + reach].map(clip), 4 * i);
  }
  return { dtype: "float32", shape: [count, 4], data };
}

const clip = (fraction: number): number => Math.min(1, Math.max(0, fraction));

function checkOptions({ mixup, cutmix, probability = 1 }: MixingOptions): void {
  const alphas = [mixup, cutmix].filter((alpha) => alpha !== undefined);
  const sound =
    alphas.length > 0 &&
    alphas.every((alpha) => alpha > 0 && alpha < Infinity) &&
    probability >= 0 &&
    probability <= 1;
  if (sound) return;
  throw new GraftError(
    "config-invalid",
    `Mixing needs mixup or cutmix above 0 and a probability from 0 to 1, not mixup ${mixup}, cutmix ${cutmix}, probability ${probability}.`,
    { details: { mixup, cutmix, probability } },
  );
}
