import { mix } from "../../random.js";
import { DIRECTION_NUMBERS } from "./direction-numbers.generated.js";

const BITS = 32;

/** Of each dimension the words that bits of a point's number stand for; made when first asked for. */
const words: Int32Array[] = [];

/** How many dimensions a point may have: 128. */
export const SOBOL_DIMENSIONS = DIRECTION_NUMBERS.length;

/**
 * One coordinate of a point of Sobol's sequence as 32 bits of a fraction, in the order of Gray's code
 * (Antonov and Saleev 1979). Dimensions count from 0 to 127.
 */
export function sobolBits(number: number, dimension: number): number {
  words[dimension] ??= directionWords(dimension);
  const own = words[dimension];
  let bits = 0;
  for (let gray = number ^ (number >>> 1), at = 0; gray !== 0; gray >>>= 1, at++) {
    if (gray & 1) bits ^= own[at]!;
  }
  return bits >>> 0;
}

/** One coordinate of a point, scrambled as `scramble` does, in [0, 1). */
export const scrambledSobol = (number: number, dimension: number, seed: number): number =>
  scramble(sobolBits(number, dimension), mix(mix(seed) ^ dimension)) / 2 ** BITS;

/**
 * Nested uniform scrambling (Owen 1995): whether a bit is turned is a hash of the seed, its place and all
 * bits above it, so that the points of each power of two stay a net.
 */
export function scramble(bits: number, seed: number): number {
  let turned = 0;
  for (let place = 0; place < BITS; place++) {
    const above = place === 0 ? 0 : bits >>> (BITS - place);
    const turn = mix(mix(seed ^ mix(place + 1)) ^ above) & 1;
    turned = (turned << 1) | (((bits >>> (BITS - 1 - place)) & 1) ^ turn);
  }
  return turned >>> 0;
}

/** Sobol's recurrence: each word from as many before it as the polynomial's degree. */
function directionWords(dimension: number): Int32Array {
  const own = new Int32Array(BITS);
  if (dimension === 0) return own.map((_, at) => 1 << (BITS - 1 - at));
  const [polynomial, initial] = DIRECTION_NUMBERS[dimension]!;
  const degree = initial.length;
  for (let at = 0; at < BITS; at++) {
    if (at < degree) {
      own[at] = initial[at]! << (BITS - 1 - at);
      continue;
    }
    let word = own[at - degree]! ^ (own[at - degree]! >>> degree);
    for (let back = 1; back < degree; back++) {
      if ((polynomial >>> (degree - back)) & 1) word ^= own[at - back]!;
    }
    own[at] = word;
  }
  return own;
}
