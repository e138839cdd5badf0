/** The four words of a counter and the two of a key. */
export type Counter = readonly [number, number, number, number];
export type Key = readonly [number, number];

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const ROUNDS = 10;

/** The upper half of the 64-bit product of two 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = (Math.imul(aLow, bLow) >>> 16) + (Math.imul(aHigh, bLow) >>> 0);
  const middle = (low & 0xffff) + (Math.imul(aLow, bHigh) >>> 0);
  // Neither sum reaches 2^32: (2^16 - 1)^2 + 2^16 is less.
  return (Math.imul(aHigh, bHigh) + (low >>> 16) + (middle >>> 16)) | 0;
}

/**
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): writes four words
 * for each of `blocks` counters, the first word of the counter counting up.
 */
export function philoxBlocks(key: Key, counter: Counter, words: Uint32Array): void {
  const [start, second, third, fourth] = counter;
  for (let block = 0; block * 4 < words.length; block++) {
    let c0 = (start + block) | 0;
    let c1 = second | 0;
    let c2 = third | 0;
    let c3 = fourth | 0;
    let k0 = key[0] | 0;
    let k1 = key[1] | 0;
    for (let round = 0; round < ROUNDS; round++) {
      const high0 = multiplyHigh(M0, c0);
      const high1 = multiplyHigh(M1, c2);
      const low0 = Math.imul(M0, c0);
      const low1 = Math.imul(M1, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + W0) | 0;
      k1 = (k1 + W1) | 0;
    }
    const at = block * 4;
    words[at] = c0;
    words[at + 1] = c1;
    words[at + 2] = c2;
    words[at + 3] = c3;
  }
}

/** One block: four words for a counter and a key. */
export function philox(counter: Counter, key: Key): [number, number, number, number] {
  const words = new Uint32Array(4);
  philoxBlocks(key, counter, words);
  return [words[0]!, words[1]!, words[2]!, words[3]!];
}

/** FNV-1a, 32 bits, over the text's UTF-8 bytes. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
