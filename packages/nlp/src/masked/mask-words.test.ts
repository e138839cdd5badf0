import { expect, test } from "vitest";
import { type MaskWordsOptions, maskWords } from "./mask-words.js";

/** A row of words of one, two and three tokens in turn, between two special tokens. */
const length = 602;
const words = Array.from({ length }, (_, at) =>
  at === 0 || at === length - 1 ? 2 : [0, 1, 3].includes((at - 1) % 6) ? 1 : 0,
);
const ids = words.map((kind, at) => (kind === 2 ? 2 : 10 + at));
const draw = { seed: 1, epoch: 1, sample: 0 };
const row: MaskWordsOptions = { ids, words, most: 90, mask: 4, vocabulary: [5, 1000], draw };

test("words are hidden as a whole, as many tokens as were asked for, and never a special one", () => {
  for (let sample = 0; sample < 20; sample++) {
    const { positions, labels } = maskWords({ ...row, draw: { ...draw, sample } });
    const hidden = new Set(positions);
    expect(hidden.size).toBe(positions.length);
    expect(positions.length).toBe(90);
    expect([...positions]).toEqual([...positions].sort((a, b) => a - b));
    expect([...labels]).toEqual([...positions].map((position) => ids[position]));
    words.forEach((kind, at) => {
      if (kind === 2) expect(hidden.has(at)).toBe(false);
      if (kind === 0) expect(hidden.has(at)).toBe(hidden.has(at - 1));
    });
  }
});

test("of the hidden tokens 80 % become [MASK], 10 % another and 10 % stay", () => {
  const counts = { masked: 0, exchanged: 0, kept: 0 };
  for (let sample = 0; sample < 200; sample++) {
    const masked = maskWords({ ...row, draw: { ...draw, sample } });
    const hidden = new Set(masked.positions);
    expect(masked.ids.filter((_, at) => !hidden.has(at))).toEqual(
      Int32Array.from(ids.filter((_, at) => !hidden.has(at))),
    );
    for (const at of hidden) {
      const id = masked.ids[at]!;
      if (id === 4) counts.masked += 1;
      else if (id === ids[at]) counts.kept += 1;
      else counts.exchanged += 1;
    }
    expect(Math.max(...masked.ids)).toBeLessThan(1000);
  }
  const all = counts.masked + counts.exchanged + counts.kept;
  expect(all).toBe(200 * 90);
  // Three standard deviations of 18,000 draws are below 0.01.
  expect(counts.masked / all).toBeCloseTo(0.8, 1.7);
  expect(counts.exchanged / all).toBeCloseTo(0.1, 1.7);
});

test("seed, epoch and row decide, each of them", () => {
  const first = maskWords(row);
  expect(maskWords(row)).toEqual(first);
  for (const other of [{ seed: 2 }, { epoch: 2 }, { sample: 1 }]) {
    expect(maskWords({ ...row, draw: { ...draw, ...other } }).positions).not.toEqual(
      first.positions,
    );
  }
});

test("the choice is the same in any process", () => {
  const few = { ...row, ids: ids.slice(0, 20), words: words.slice(0, 20), most: 5 };
  expect([...maskWords(few).positions]).toMatchInlineSnapshot(`
    [
      7,
      8,
      9,
      13,
      19,
    ]
  `);
});

test("of a word that is longer than what may be hidden, the beginning", () => {
  const long = { ...row, ids: [2, 10, 11, 12, 2], words: [2, 1, 0, 0, 2], most: 2 };
  expect([...maskWords(long).positions]).toEqual([1, 2]);
  const none = { ...row, ids: [2, 0], words: [2, 2], most: 2 };
  expect([...maskWords(none).positions]).toEqual([]);
});
