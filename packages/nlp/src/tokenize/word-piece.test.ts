import { expect, test } from "vitest";
import type { Encoding, Tokenizer } from "./encoding.js";
import { smallTokenizer } from "./testing.js";

const tokens = (tokenizer: Tokenizer, { ids }: Encoding) =>
  Array.from(ids, (id) => tokenizer.idToToken(id));
const slices = (text: string, { starts, ends }: Encoding) =>
  Array.from(starts!, (start, at) => text.slice(start, ends![at]));

test("pieces, special tokens, words and where they stand", () => {
  const tokenizer = smallTokenizer();
  const text = "A  Grafted tree, ungrafted!";
  const encoding = tokenizer.encode(text);
  expect(tokens(tokenizer, encoding)).toEqual(
    "[CLS] a graft ##ed tree , un ##graft ##ed ! [SEP]".split(" "),
  );
  expect(slices(text, encoding)).toEqual([
    "",
    "A",
    "Graft",
    "ed",
    "tree",
    ",",
    "un",
    "graft",
    "ed",
    "!",
    "",
  ]);
  expect(Array.from(encoding.wordIds)).toEqual([-1, 0, 1, 1, 2, 3, 4, 4, 4, 5, -1]);
  expect(Array.from(encoding.specialTokensMask)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(encoding.attentionMask.every((value) => value === 1)).toBe(true);
  expect(encoding.overflow).toEqual([]);
});

test("offsets survive accents, surrogate pairs and removed characters", () => {
  const tokenizer = smallTokenizer();
  const text = "\u0001Cafe\u0301 \u{1f333}\u6728tr\u200bee\u{1f331}";
  const encoding = tokenizer.encode(text, { addSpecialTokens: false });
  expect(tokens(tokenizer, encoding)).toEqual(["cafe", "🌳", "木", "[UNK]"]);
  expect(slices(text, encoding)).toEqual([
    "Cafe\u0301",
    "\u{1f333}",
    "\u6728",
    "tr\u200bee\u{1f331}",
  ]);
});

test("two texts have types and sequences of their own", () => {
  const tokenizer = smallTokenizer();
  const encoding = tokenizer.encode("a tree", { pair: "trees" });
  expect(tokens(tokenizer, encoding)).toEqual("[CLS] a tree [SEP] tree ##s [SEP]".split(" "));
  expect(Array.from(encoding.typeIds)).toEqual([0, 0, 0, 0, 1, 1, 1]);
  expect(Array.from(encoding.sequenceIds)).toEqual([-1, 0, 0, -1, 1, 1, -1]);
  expect(Array.from(encoding.wordIds)).toEqual([-1, 0, 1, -1, 0, 0, -1]);
});

test("words that are already split keep their numbers, with offsets within each", () => {
  const tokenizer = smallTokenizer();
  const words = ["a", "tree,trees", "", "grafted"];
  const encoding = tokenizer.encode(words, { addSpecialTokens: false });
  expect(tokens(tokenizer, encoding)).toEqual("a tree , tree ##s graft ##ed".split(" "));
  expect(Array.from(encoding.wordIds)).toEqual([0, 1, 1, 1, 1, 3, 3]);
  expect(Array.from(encoding.starts!)).toEqual([0, 0, 4, 5, 9, 0, 5]);
});

test("what is too long loses its end or its beginning, or goes on in windows", () => {
  const tokenizer = smallTokenizer();
  const text = "a tree the trees grafted";
  const cut = (options: object) => tokens(tokenizer, tokenizer.encode(text, options)).join(" ");
  expect(cut({ maxLength: 5 })).toBe("[CLS] a tree the [SEP]");
  expect(cut({ maxLength: 5, truncationSide: "left" })).toBe("[CLS] ##s graft ##ed [SEP]");
  const first = tokenizer.encode(text, { maxLength: 5, stride: 1 });
  expect([first, ...first.overflow].map((one) => tokens(tokenizer, one).join(" "))).toEqual([
    "[CLS] a tree the [SEP]",
    "[CLS] the tree ##s [SEP]",
    "[CLS] ##s graft ##ed [SEP]",
  ]);
  expect(slices(text, first.overflow[1]!)).toEqual(["", "s", "graft", "ed", ""]);
});

test("special tokens in a text count as such, unless it is read as Google's code reads it", () => {
  const text = "[MASK]trees";
  const ours = smallTokenizer();
  expect(tokens(ours, ours.encode(text))).toEqual("[CLS] [MASK] tree ##s [SEP]".split(" "));
  const google = smallTokenizer({}, { specialTokensInText: false });
  expect(tokens(google, google.encode(text))).toEqual(
    "[CLS] [UNK] [UNK] [UNK] tree ##s [SEP]".split(" "),
  );
});

test("added tokens: whole words only, white space taken along, after lower-casing", () => {
  const added = (token: object) =>
    smallTokenizer({
      tokenizerConfig: { added_tokens_decoder: { 18: { content: "Gra", ...token } } },
    });
  const read = (tokenizer: Tokenizer, text: string) => {
    const encoding = tokenizer.encode(text, { addSpecialTokens: false });
    return [tokens(tokenizer, encoding), slices(text, encoding)];
  };
  expect(read(added({}), "a Grafted GRA")).toEqual([
    ["a", "Gra", "[UNK]", "[UNK]"],
    ["a", "Gra", "fted", "GRA"],
  ]);
  expect(read(added({ single_word: true }), "Grafted Gra")).toEqual([
    ["graft", "##ed", "Gra"],
    ["Graft", "ed", "Gra"],
  ]);
  expect(read(added({ lstrip: true, rstrip: true }), "a  Gra tree")).toEqual([
    ["a", "Gra", "tree"],
    ["a", "  Gra ", "tree"],
  ]);
  expect(read(added({ normalized: true }), "a GR\u00c1, \u00e1")).toEqual([
    ["a", "Gra", ",", "a"],
    ["a", "GR\u00c1", ",", "\u00e1"],
  ]);
});

test("a cased vocabulary keeps case and accents", () => {
  const tokenizer = smallTokenizer({ tokenizerConfig: { do_lower_case: false } });
  const read = (text: string) =>
    tokens(tokenizer, tokenizer.encode(text, { addSpecialTokens: false }));
  expect(read("tree Tree cafe caf\u00e9")).toEqual(["tree", "[UNK]", "cafe", "[UNK]"]);
});

test("back to a text, with and without what was put around it", () => {
  const tokenizer = smallTokenizer();
  const { ids } = tokenizer.encode("The trees, ungrafted!");
  expect(tokenizer.decode(ids)).toBe("the trees, ungrafted!");
  expect(tokenizer.decode(ids, { cleanUpSpaces: false })).toBe("the trees , ungrafted !");
  expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(
    "[CLS] the trees, ungrafted! [SEP]",
  );
});

test("a word of a million characters is unknown, and a text of 50,000 words is cut", () => {
  const tokenizer = smallTokenizer();
  expect(tokenizer.encode("a".repeat(1_000_000)).ids).toHaveLength(3);
  expect(tokenizer.encode("tree ".repeat(50_000), { maxLength: 512 }).ids).toHaveLength(512);
});

test("a vocabulary without its unknown token is refused", () => {
  expect(() => smallTokenizer({}, { unknownToken: "<unk>" })).toThrow(
    /vocabulary of 18 tokens has no "<unk>" for unknown words/,
  );
});
