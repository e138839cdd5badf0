import { GraftError } from "@graft-ml/core";
import type { AddedToken } from "./added-tokens.js";
import type { Side, SpecialToken, SpecialTokens } from "./encoding.js";
import { asObject, type JsonObject } from "./json-object.js";
import { readTemplate } from "./read-template.js";
import { bertTemplate } from "./template.js";
import type { WordPieceSettings } from "./word-piece.js";

/** A checkpoint's own files, read: `tokenizer.json` and `tokenizer_config.json` parsed, `vocab.txt` as text. */
export type TokenizerFiles = {
  tokenizerJson?: unknown;
  tokenizerConfig?: unknown;
  vocabulary?: string;
};

/** What to do otherwise than the files say. */
export type WordPieceChoices = Partial<
  Pick<WordPieceSettings, "specialTokensInText" | "maxCharsPerWord" | "maxLength">
>;

/** True for files that describe BERT's tokenizer, which `readWordPiece` understands. */
export function isWordPiece({ tokenizerJson, vocabulary }: TokenizerFiles): boolean {
  if (tokenizerJson === undefined) return vocabulary !== undefined;
  const file = asObject(tokenizerJson);
  const model = asObject(file.model);
  const type = model.type ?? ("max_input_chars_per_word" in model ? "WordPiece" : undefined);
  return (
    type === "WordPiece" &&
    asObject(file.normalizer).type === "BertNormalizer" &&
    asObject(file.pre_tokenizer).type === "BertPreTokenizer"
  );
}

/** The settings in a checkpoint's files: `tokenizer.json` where it is there, else `vocab.txt`. Throws `config-invalid`. */
export function readWordPiece(
  files: TokenizerFiles,
  choices: WordPieceChoices = {},
): WordPieceSettings {
  const settings =
    files.tokenizerJson === undefined ? fromVocabulary(files) : fromTokenizerJson(files);
  return { ...settings, ...choices };
}

function fromTokenizerJson(files: TokenizerFiles): WordPieceSettings {
  const file = asObject(files.tokenizerJson);
  const model = asObject(file.model);
  const normalizer = asObject(file.normalizer);
  const config = asObject(files.tokenizerConfig);
  const vocabulary = new Map(
    Object.entries(asObject(model.vocab)).map(([token, id]) => [token, Number(id)]),
  );
  const lowercase = normalizer.lowercase !== false;
  const addedTokens = (Array.isArray(file.added_tokens) ? file.added_tokens : []).map((token) =>
    readAddedToken(asObject(token)),
  );
  const specialTokens = readSpecialTokens(config, vocabulary, addedTokens);
  return {
    ...common(config),
    vocabulary,
    unknownToken: text(model.unk_token) ?? "[UNK]",
    prefix: text(model.continuing_subword_prefix) ?? "##",
    maxCharsPerWord: number(model.max_input_chars_per_word) ?? 100,
    lowercase,
    stripAccents: boolean(normalizer.strip_accents) ?? lowercase,
    cleanText: normalizer.clean_text !== false,
    chineseCharacters: normalizer.handle_chinese_chars !== false,
    addedTokens,
    specialTokens,
    template: readTemplate(file.post_processor),
  };
}

function fromVocabulary(files: TokenizerFiles): WordPieceSettings {
  const config = asObject(files.tokenizerConfig);
  const lines = (files.vocabulary ?? "").split("\n").map((line) => line.replace(/\r$/, ""));
  if (lines.at(-1) === "") lines.pop();
  const vocabulary = new Map(lines.map((token, id) => [token, id]));
  const listed = Object.entries(asObject(config.added_tokens_decoder)).map(([id, token]) =>
    readAddedToken({ ...asObject(token), id }),
  );
  const specialTokens = readSpecialTokens(config, vocabulary, listed);
  const named = Object.values(specialTokens)
    .filter(({ id }) => listed.every((token) => token.id !== id))
    .map(({ token, id }) => readAddedToken({ content: token, id, special: true }));
  const { cls, sep, unk } = specialTokens;
  if (!cls || !sep) {
    const lost = cls ? "[SEP]" : "[CLS]";
    throw new GraftError(
      "config-invalid",
      `The vocabulary of ${vocabulary.size} tokens has no ${lost}. Is it BERT's vocab.txt?`,
    );
  }
  const lowercase = config.do_lower_case !== false;
  return {
    ...common(config),
    vocabulary,
    unknownToken: unk?.token ?? "[UNK]",
    prefix: "##",
    maxCharsPerWord: 100,
    lowercase,
    stripAccents: boolean(config.strip_accents) ?? lowercase,
    cleanText: true,
    chineseCharacters: config.tokenize_chinese_chars !== false,
    addedTokens: [...listed, ...named],
    specialTokens,
    template: bertTemplate(cls.id, sep.id),
  };
}

function common(config: JsonObject) {
  const length = number(config.model_max_length);
  return {
    specialTokensInText: true,
    // Upstream writes 1e30 where there is no limit.
    maxLength: length !== undefined && length < 1e9 ? length : undefined,
    paddingSide: side(config.padding_side),
    truncationSide: side(config.truncation_side),
    cleanUpSpaces: config.clean_up_tokenization_spaces !== false,
  };
}

const roles = ["pad", "unk", "cls", "sep", "mask"] as const;

function readSpecialTokens(
  config: JsonObject,
  vocabulary: ReadonlyMap<string, number>,
  added: readonly AddedToken[],
): SpecialTokens {
  const found: Partial<Record<keyof SpecialTokens, SpecialToken>> = {};
  for (const role of roles) {
    const named = config[`${role}_token`];
    const token = text(named) ?? text(asObject(named).content) ?? `[${role.toUpperCase()}]`;
    const id = added.find(({ content }) => content === token)?.id ?? vocabulary.get(token);
    if (id !== undefined) found[role] = { token, id };
  }
  return found;
}

const readAddedToken = (token: JsonObject): AddedToken => ({
  content: String(token.content),
  id: Number(token.id),
  special: token.special === true,
  normalized: token.normalized === true,
  singleWord: token.single_word === true,
  stripLeft: token.lstrip === true,
  stripRight: token.rstrip === true,
});

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;
const number = (value: unknown): number | undefined =>
  typeof value === "number" ? value : undefined;
const boolean = (value: unknown): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;
const side = (value: unknown): Side => (value === "left" ? "left" : "right");
