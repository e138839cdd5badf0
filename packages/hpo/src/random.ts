import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** What a stream of random numbers depends on; what it is for is its site. */
export type Stream = { readonly seed: number; readonly number: number; readonly site: string };

/** A stream of numbers: the same ones for the same seed, number and site. */
export type Random = {
  /** In [0, 1). */
  uniform(): number;
  /** With mean 0 and deviation 1 (Box and Muller 1958). */
  normal(): number;
  /** Fills an array with numbers as `normal` gives, two from each pair of uniform ones. */
  fillNormal(array: Float64Array): void;
  /** Where in a list, by weights that need not sum to 1. */
  index(weights: ArrayLike<number>): number;
};

/** Seeds and numbers count by their low 32 bits. */
export function randomOf({ seed, number, site }: Stream): Random {
  const words = [seed, number, hashOf(site), 0x9e3779b9];
  // Every word of the state depends on every input.
  let mixed = 0;
  for (const word of words) mixed = mix(mixed ^ word);
  const state = words.map((word, at) => {
    mixed = mix((mixed + Math.imul(at + 1, 0x6d2b79f5)) ^ word);
    return mixed;
  });
  const generator = xoroshiro128plusFromState(state);
  const uniform = () => uniformFloat64(generator);
  const radius = () => Math.sqrt(-2 * Math.log(1 - uniform()));
  const angle = () => 2 * Math.PI * uniform();
  return {
    uniform,
    normal: () => radius() * Math.cos(angle()),
    fillNormal: (array) => {
      for (let at = 0; at < array.length; at += 2) {
        const [far, turned] = [radius(), angle()];
        array[at] = far * Math.cos(turned);
        if (at + 1 < array.length) array[at + 1] = far * Math.sin(turned);
      }
    },
    index: (weights) => indexAt(weights, uniform()),
  };
}

/** A word whose bits all depend on all bits of another (the finalizer of MurmurHash3). */
export function mix(word: number): number {
  let x = word | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** FNV-1a of a text's UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}

function indexAt(weights: ArrayLike<number>, place: number): number {
  let total = 0;
  for (let at = 0; at < weights.length; at++) total += weights[at]!;
  let left = place * total;
  for (let at = 0; at < weights.length; at++) {
    left -= weights[at]!;
    if (left < 0) return at;
  }
  return weights.length - 1;
}
