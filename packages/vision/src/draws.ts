/** A stream of random draws that belongs to one sample in one epoch. */
export type Draws = {
  /** In [0, 1), 32 bits. */
  uniform(): number;
  /** In [from, to). */
  between(from: number, to: number): number;
  /** A whole number in [0, count). */
  below(count: number): number;
};

/**
 * Draws that depend on the seed, the epoch and the sample alone, so that neither the order of the
 * batches nor a resume changes them: Philox 4x32-10 (Salmon et al., SC 2011) over a counter.
 */
export function createDraws(at: { seed: number; epoch: number; index: number }): Draws {
  const key = [at.seed >>> 0, Math.floor(at.seed / 2 ** 32) >>> 0] as const;
  const block = new Uint32Array(4);
  let used = 0;
  const next = (): number => {
    if (used % 4 === 0) philox([used / 4, at.index, at.epoch, 0], key, block);
    return block[used++ % 4]!;
  };
  const uniform = () => next() / 2 ** 32;
  return {
    uniform,
    between: (from, to) => from + (to - from) * uniform(),
    below: (count) => Math.floor(uniform() * count),
  };
}

type Four = readonly [number, number, number, number];

/** Ten rounds over a counter of four words and a key of two, into `out`. */
export function philox(counter: Four, key: readonly [number, number], out: Uint32Array): void {
  let [a, b, c, d]: Four = counter;
  let [k, l] = key;
  for (let round = 0; round < 10; round++) {
    const high = multiplyHigh(0xd2511f53, a);
    const low = Math.imul(0xd2511f53, a);
    const high2 = multiplyHigh(0xcd9e8d57, c);
    const low2 = Math.imul(0xcd9e8d57, c);
    [a, b, c, d] = [high2 ^ b ^ k, low2, high ^ d ^ l, low];
    k = (k + 0x9e3779b9) | 0;
    l = (l + 0xbb67ae85) | 0;
  }
  out.set([a, b, c, d]);
}

/** Upper 32 bits of the product of two unsigned 32-bit numbers. */
function multiplyHigh(x: number, y: number): number {
  const [xl, xh, yl, yh] = [x & 0xffff, x >>> 16, y & 0xffff, y >>> 16];
  const middle = xh * yl + ((xl * yl) >>> 16);
  const middle2 = xl * yh + (middle & 0xffff);
  return (xh * yh + Math.floor(middle / 65536) + Math.floor(middle2 / 65536)) | 0;
}
