/**
 * A 32-bit hash of a pair (the finaliser of MurmurHash3 over a Weyl step): the same everywhere, and
 * it has no state to save.
 */
function hash(seed: number, index: number): number {
  let h = Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b9), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A seed for one purpose out of a run's seed, so that two purposes never share their draws. */
export const deriveSeed = (seed: number, purpose: number): number =>
  hash(hash(seed >>> 0, Math.floor(seed / 2 ** 32)), purpose);

/** The numbers 0 to `count - 1` in a seeded order (Fisher-Yates). */
export function shuffledIndices(count: number, seed: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const pick = Math.floor((hash(seed, last) / 2 ** 32) * (last + 1));
    [order[last], order[pick]] = [order[pick]!, order[last]!];
  }
  return order;
}
