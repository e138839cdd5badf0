import type { Dice } from "./random.js";

/** What mutations draw from besides chance. */
export type Material = {
  readonly dice: Dice;
  /** Bytes that mean something to the format. */
  readonly words: readonly Uint8Array[];
  /** Another input, to take pieces from. */
  other(): Uint8Array;
  readonly longest: number;
};

type Mutation = (bytes: Uint8Array, material: Material) => Uint8Array;

/** One to eight random changes, most often few. */
export function mutate(bytes: Uint8Array, material: Material): Uint8Array {
  const { dice, longest } = material;
  const changes = 1 + dice.below(1 + dice.below(8));
  let result: Uint8Array = Uint8Array.from(bytes);
  for (let i = 0; i < changes; i++) result = dice.pick(mutations)(result, material);
  return result.subarray(0, longest);
}

const edges = [0, 1, 2, 7, 8, 16, 64, 127, 128, 255, 256, 4096, 65535, 65536, 2 ** 24, 2 ** 31 - 1];
const wideEdges = [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 53 - 1, 2 ** 53, 2 ** 63, -1, -2];

const mutations: readonly Mutation[] = [
  // A bit, a byte
  (bytes, { dice }) => at(bytes, dice, (i) => (bytes[i] = (bytes[i] ?? 0) ^ (1 << dice.below(8)))),
  (bytes, { dice }) => at(bytes, dice, (i) => (bytes[i] = dice.below(256))),
  (bytes, { dice }) => at(bytes, dice, (i) => (bytes[i] = (bytes[i] ?? 0) + dice.below(17) - 8)),
  // A number of 1, 2, 4 or 8 bytes that readers stumble over
  (bytes, { dice }) => {
    const value = BigInt(dice.pick(dice.below(2) ? edges : [...edges, ...wideEdges]));
    return overwrite(bytes, number(value, dice.pick([1, 2, 4, 8])), dice);
  },
  // What the format has words for, over something or between
  (bytes, { dice, words }) => overwrite(bytes, dice.pick(words), dice),
  (bytes, { dice, words }) => insert(bytes, dice.pick(words), dice),
  (bytes, { dice }) => insert(bytes, Uint8Array.of(dice.below(256)), dice),
  // A piece doubled, moved, taken from elsewhere, or gone
  (bytes, { dice }) => insert(bytes, piece(bytes, dice), dice),
  (bytes, { dice }) => overwrite(bytes, piece(bytes, dice), dice),
  (bytes, { dice, other }) => insert(bytes, piece(other(), dice), dice),
  (bytes, { dice, other }) => overwrite(bytes, piece(other(), dice), dice),
  (bytes, { dice }) => {
    const start = dice.below(bytes.length + 1);
    return join(bytes.subarray(0, start), bytes.subarray(start + 1 + dice.below(16)));
  },
  (bytes, { dice }) => bytes.subarray(0, dice.below(bytes.length + 1)),
  // A number written in digits
  digits,
];

function at(bytes: Uint8Array, dice: Dice, change: (index: number) => void): Uint8Array {
  if (bytes.length > 0) change(dice.below(bytes.length));
  return bytes;
}

const number = (value: bigint, width: number): Uint8Array =>
  new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer).subarray(0, width);

function overwrite(bytes: Uint8Array, word: Uint8Array, dice: Dice): Uint8Array {
  const fits = word.subarray(0, bytes.length);
  bytes.set(fits, dice.below(bytes.length - fits.length + 1));
  return bytes;
}

function insert(bytes: Uint8Array, word: Uint8Array, dice: Dice): Uint8Array {
  const start = dice.below(bytes.length + 1);
  return join(bytes.subarray(0, start), word, bytes.subarray(start));
}

function piece(bytes: Uint8Array, dice: Dice): Uint8Array {
  const start = dice.below(bytes.length + 1);
  return bytes.slice(start, start + dice.pick([1, 2, 4, 8, 16, 64, 256]));
}

function digits(bytes: Uint8Array, { dice }: Material): Uint8Array {
  const text = new TextDecoder("latin1").decode(bytes);
  const numbers = [...text.matchAll(/\d+/g)];
  if (numbers.length === 0) return bytes;
  const found = dice.pick(numbers);
  const value = dice.pick([...edges, ...wideEdges, Number(found[0]) + 1, Number(found[0]) - 1]);
  const written = new TextEncoder().encode(String(value));
  return join(
    bytes.subarray(0, found.index),
    written,
    bytes.subarray(found.index + found[0].length),
  );
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}
