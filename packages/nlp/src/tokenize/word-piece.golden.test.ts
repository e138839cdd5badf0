import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createNormalizer } from "./normalize.js";
import { readWordPiece } from "./read-word-piece.js";
import { createWordPiece } from "./word-piece.js";

type Golden = {
  cases: {
    lowercase: boolean;
    vocabulary: string;
    texts: { name: string; text: string; library: number[]; xenova: number[]; decoded: string }[];
    pair: { text: string; pair: string; ids: number[]; types: number[] };
  }[];
};

const file = new URL("golden/word-piece.json", import.meta.url);
const { cases } = JSON.parse(await readFile(file, "utf8")) as Golden;

/** Both libraries look at halves of a surrogate pair there; Google's tokenizer, and ours, at the whole. */
const beyond = "ideographs beyond 16 bits";

/** `@xenova/transformers` 2.17 leaves combining marks above U+036F, and words of any length. */
const olderOnly = [beyond, "hebrew", "arabic", "hindi", "thai", "japanese"];

/** A Hangul syllable becomes up to three letters, which may be in different tokens: each slice is the syllable. */
const composed = ["korean", "marks"];

for (const { lowercase, vocabulary, texts, pair } of cases) {
  const tokenizerConfig = { do_lower_case: lowercase };
  const settings = readWordPiece({ vocabulary, tokenizerConfig });
  const tokenizer = createWordPiece(settings);
  const normalize = createNormalizer(settings);
  const how = lowercase ? "uncased" : "cased";

  test(`${how}: the tokens of both libraries on nasty texts`, () => {
    const differing = new Set<string>();
    for (const { name, text, library, xenova, decoded } of texts) {
      const ids = Array.from(tokenizer.encode(text).ids);
      if (name !== beyond) expect([name, ids]).toEqual([name, library]);
      if (ids.join() !== xenova.join()) differing.add(name);
      expect([name, tokenizer.decode(library)]).toEqual([name, decoded]);
    }
    expect(olderOnly).toEqual(expect.arrayContaining([...differing]));
  });

  test(`${how}: the tokens and types of a pair`, () => {
    const { ids, typeIds } = tokenizer.encode(pair.text, { pair: pair.pair });
    expect([Array.from(ids), Array.from(typeIds)]).toEqual([pair.ids, pair.types]);
  });

  /** Tokens of a text that are known, as they are spelled, and the slices of the text, normalized. */
  function spellings(text: string): { piece: string; slice: string }[] {
    const { ids, starts, ends } = tokenizer.encode(text, { addSpecialTokens: false });
    const known = Array.from(ids.keys()).filter(
      (at) => ids[at] !== tokenizer.specialTokens.unk!.id,
    );
    return known.map((at) => {
      const token = tokenizer.idToToken(ids[at]!)!;
      const slice = text.slice(starts![at], ends![at]);
      const added = settings.addedTokens.some(({ content }) => content === token);
      const spelled = added ? slice : normalize(slice).text;
      return { piece: spelled.startsWith("##") ? token : token.replace(/^##/, ""), slice: spelled };
    });
  }

  test(`${how}: every slice of the text, normalized, is its token`, () => {
    for (const { name, text } of texts) {
      for (const { piece, slice } of spellings(text)) {
        if (composed.includes(name)) expect(slice).toContain(piece);
        else expect(slice).toBe(piece);
      }
    }
  });
}
