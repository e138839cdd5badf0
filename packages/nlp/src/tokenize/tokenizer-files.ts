import { GraftError } from "@graft-ml/core";
import type { AddedToken } from "./added-tokens.js";
import type { TemplatePart } from "./template.js";
import type { WordPieceSettings } from "./word-piece.js";

/** A tokenizer as the files of a checkpoint, which Hugging Face's libraries and transformers.js read: name -> text. */
export type TokenizerFileTexts = Readonly<
  Record<"tokenizer.json" | "tokenizer_config.json" | "vocab.txt", string>
>;

/** Throws `config-invalid` for a pattern of special tokens that the files can't hold. */
export function tokenizerFiles(settings: WordPieceSettings): TokenizerFileTexts {
  return {
    "tokenizer.json": json(tokenizerJson(settings)),
    "tokenizer_config.json": json(tokenizerConfig(settings)),
    "vocab.txt": names(settings)
      .map((name) => `${name}\n`)
      .join(""),
  };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** Tokens by number; a number that no token has is called as upstream calls its spare ones. */
function names({ vocabulary }: WordPieceSettings): readonly string[] {
  const found: string[] = [];
  for (const [token, id] of vocabulary) found[id] = token;
  return Array.from(found, (name, id) => name ?? `[unused${id}]`);
}

function tokenizerJson(settings: WordPieceSettings): object {
  const { prefix, template } = settings;
  const specials = [...template.single, ...template.pair].flatMap((part) =>
    "special" in part ? [nameOf(settings, part.special)] : [],
  );
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: settings.addedTokens.map((token) => ({ id: token.id, ...addedToken(token) })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: settings.cleanText,
      handle_chinese_chars: settings.chineseCharacters,
      strip_accents: settings.stripAccents,
      lowercase: settings.lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: template.single.map((part) => templatePart(settings, part)),
      pair: template.pair.map((part) => templatePart(settings, part)),
      special_tokens: Object.fromEntries(
        specials.map(({ token, id }) => [token, { id: token, ids: [id], tokens: [token] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix, cleanup: settings.cleanUpSpaces },
    model: {
      type: "WordPiece",
      unk_token: settings.unknownToken,
      continuing_subword_prefix: prefix,
      max_input_chars_per_word: settings.maxCharsPerWord,
      vocab: Object.fromEntries(settings.vocabulary),
    },
  };
}

function tokenizerConfig(settings: WordPieceSettings): object {
  const roles = Object.entries(settings.specialTokens);
  return {
    tokenizer_class: "BertTokenizer",
    do_lower_case: settings.lowercase,
    strip_accents: settings.stripAccents,
    tokenize_chinese_chars: settings.chineseCharacters,
    ...Object.fromEntries(roles.map(([role, { token }]) => [`${role}_token`, token])),
    // Upstream's word for no limit.
    model_max_length: settings.maxLength ?? 1e30,
    padding_side: settings.paddingSide,
    truncation_side: settings.truncationSide,
    clean_up_tokenization_spaces: settings.cleanUpSpaces,
    added_tokens_decoder: Object.fromEntries(
      settings.addedTokens.map((token) => [token.id, addedToken(token)]),
    ),
  };
}

const addedToken = (token: AddedToken): object => ({
  content: token.content,
  single_word: token.singleWord,
  lstrip: token.stripLeft,
  rstrip: token.stripRight,
  normalized: token.normalized,
  special: token.special,
});

function templatePart(settings: WordPieceSettings, part: TemplatePart): object {
  if ("sequence" in part) {
    return { Sequence: { id: part.sequence === 0 ? "A" : "B", type_id: part.type } };
  }
  return { SpecialToken: { id: nameOf(settings, part.special).token, type_id: part.type } };
}

function nameOf({ addedTokens, vocabulary }: WordPieceSettings, id: number) {
  const added = addedTokens.find((token) => token.id === id)?.content;
  const token = added ?? [...vocabulary].find(([, number]) => number === id)?.[0];
  if (token !== undefined) return { token, id };
  throw new GraftError(
    "config-invalid",
    `The tokenizer puts token ${id} around texts, and its vocabulary has no such number.`,
  );
}
