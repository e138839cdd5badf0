import { PreTrainedTokenizer } from "@xenova/transformers";
import { expect, test } from "vitest";
import { clientTokenizer } from "./client.js";
import { createTokenizer } from "./create-tokenizer.js";
import { readWordPiece } from "./read-word-piece.js";
import { smallTokenizer, smallVocabulary } from "./testing.js";
import { tokenizerFiles } from "./tokenizer-files.js";

const files = tokenizerFiles(readWordPiece({ vocabulary: smallVocabulary }));
const json = JSON.parse(files["tokenizer.json"]);
const config = JSON.parse(files["tokenizer_config.json"]);

const vocab = [
  "<s>",
  "<pad>",
  "</s>",
  "<unk>",
  "<mask>",
  "a",
  "b",
  "\u0120",
  "ab",
  "\u0120a",
  "\u0120ab",
];

/** RoBERTa's kind: pairs of bytes, a space belongs to the word after it, two separators between texts. */
const bytePairs = {
  version: "1.0",
  added_tokens: vocab
    .slice(0, 5)
    .map((content, id) => ({ id, content, special: true, normalized: false })),
  normalizer: null,
  pre_tokenizer: {
    type: "ByteLevel",
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  },
  post_processor: {
    type: "RobertaProcessing",
    sep: ["</s>", 2],
    cls: ["<s>", 0],
    add_prefix_space: false,
  },
  decoder: { type: "ByteLevel" },
  model: {
    type: "BPE",
    unk_token: "<unk>",
    vocab: Object.fromEntries(vocab.map((token, id) => [token, id])),
    merges: ["a b", "\u0120 a", "\u0120 ab"],
  },
};
const bytePairsConfig = {
  pad_token: "<pad>",
  mask_token: "<mask>",
  cls_token: "<s>",
  model_max_length: 16,
};

test("a tokenizer.json of another kind goes through Hugging Face's library", async () => {
  const tokenizer = await createTokenizer({
    tokenizerJson: bytePairs,
    tokenizerConfig: bytePairsConfig,
  });
  expect([tokenizer.kind, tokenizer.vocabularySize, tokenizer.maxLength]).toEqual([
    "library",
    11,
    16,
  ]);
  expect(tokenizer.specialTokens.pad).toEqual({ token: "<pad>", id: 1 });
  const encoding = tokenizer.encode("ab ab b", { pair: "a" });
  expect(Array.from(encoding.ids)).toEqual([0, 8, 10, 7, 6, 2, 2, 5, 2]);
  expect(Array.from(encoding.sequenceIds)).toEqual([-1, 0, 0, 0, 0, -1, -1, 1, -1]);
  expect(encoding.starts).toBeNull();
  expect(tokenizer.decode(encoding.ids)).toBe("ab ab ba");
  const cut = tokenizer.encode("ab ab b", { pair: "a", maxLength: 7 });
  expect(Array.from(cut.ids)).toEqual([0, 8, 10, 2, 2, 5, 2]);
});

test("words that are already split get the space that belongs to them, and keep their numbers", async () => {
  const tokenizer = await createTokenizer({ tokenizerJson: bytePairs });
  const { ids, wordIds } = tokenizer.encode(["ab", "b", "ab"]);
  expect(Array.from(ids)).toEqual([0, 8, 7, 6, 10, 2]);
  expect(Array.from(wordIds)).toEqual([-1, 0, 1, 1, 2, -1]);
});

test("BERT's kind is our own, whatever file it comes from", async () => {
  expect((await createTokenizer({ tokenizerJson: json })).kind).toBe("wordpiece");
  expect((await createTokenizer({ vocabulary: smallVocabulary })).kind).toBe("wordpiece");
});

test("a broken tokenizer.json is told", async () => {
  await expect(createTokenizer({ tokenizerJson: { model: { type: "Nothing" } } })).rejects.toThrow(
    /tokenizer.json can't be used/,
  );
});

test("a tokenizer of transformers.js gives the same tokens behind the contract", () => {
  const client = clientTokenizer(new PreTrainedTokenizer(json, config));
  const ours = smallTokenizer();
  const texts = ["A grafted tree, ungrafted!", "", "[MASK] trees"];
  for (const text of texts) {
    const { ids, typeIds } = client.encode(text, { pair: "the tree", maxLength: 9 });
    const expected = ours.encode(text, { pair: "the tree", maxLength: 9 });
    expect(ids).toEqual(expected.ids);
    expect(typeIds).toEqual(expected.typeIds);
    expect(client.decode(ids)).toBe(ours.decode(ids));
  }
  expect(client.kind).toBe("client");
  expect(client.vocabularySize).toBe(18);
  expect(client.specialTokens).toEqual(ours.specialTokens);
  expect([client.tokenToId("tree"), client.idToToken(7)]).toEqual([7, "tree"]);
});

test("anything else is refused", () => {
  expect(() => clientTokenizer({ decode: () => "" })).toThrow(/no tokenizer of transformers.js/);
});
