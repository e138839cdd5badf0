import { GraftError } from "@graft-ml/core";
import { adapted } from "./adapted.js";
import type { SpecialToken, SpecialTokens, Tokenizer } from "./encoding.js";
import { asObject, type JsonObject } from "./json-object.js";
import type { TokenizerFiles } from "./read-word-piece.js";

/** What we use of `@huggingface/tokenizers`, whose own types don't resolve under NodeNext. */
type Library = {
  readonly Tokenizer: new (
    json: object,
    config: object,
  ) => {
    encode(
      text: string,
      options: { text_pair?: string; add_special_tokens: boolean; return_token_type_ids: true },
    ): { ids: number[]; token_type_ids: number[] };
    decode(
      ids: readonly number[],
      options: { skip_special_tokens: boolean; clean_up_tokenization_spaces?: boolean },
    ): string;
    token_to_id(token: string): number | undefined;
    id_to_token(id: number): string | undefined;
    get_vocab(withAddedTokens: boolean): ReadonlyMap<string, number>;
  };
};

/**
 * Byte-pair, Unigram and whatever else a `tokenizer.json` holds, by Hugging Face's own library
 * `@huggingface/tokenizers`, which is loaded when this is called. It gives no offsets. Throws
 * `config-invalid`.
 */
export async function createLibraryTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const config = asObject(files.tokenizerConfig);
  const { Tokenizer: Implementation } = (await import("@huggingface/tokenizers")) as Library;
  let made: InstanceType<Library["Tokenizer"]>;
  try {
    made = new Implementation(asObject(files.tokenizerJson), config);
  } catch (cause) {
    throw new GraftError(
      "config-invalid",
      `tokenizer.json can't be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const vocabulary = made.get_vocab(true);
  let largest = -1;
  for (const id of vocabulary.values()) largest = Math.max(largest, id);
  const length = config.model_max_length;
  return adapted({
    kind: "library",
    vocabularySize: largest + 1,
    specialTokens: namedTokens(config, (token) => made.token_to_id(token)),
    maxLength: typeof length === "number" && length < 1e9 ? length : undefined,
    paddingSide: config.padding_side === "left" ? "left" : "right",
    ids: (text) => encode(made, text, { add_special_tokens: false }).ids,
    whole: (text, pair) => {
      const texts = pair === undefined ? {} : { text_pair: pair };
      const { ids, token_type_ids: types } = encode(made, text, {
        ...texts,
        add_special_tokens: true,
      });
      return { ids, types };
    },
    decode: (ids, { skip, cleanUp }) =>
      made.decode(ids, {
        skip_special_tokens: skip,
        ...(cleanUp === undefined ? {} : { clean_up_tokenization_spaces: cleanUp }),
      }),
    tokenToId: (token) => made.token_to_id(token),
    idToToken: (id) => made.id_to_token(id),
  });
}

const encode = (
  made: InstanceType<Library["Tokenizer"]>,
  text: string,
  options: { text_pair?: string; add_special_tokens: boolean },
) => made.encode(text, { ...options, return_token_type_ids: true });

/** The tokens that a `tokenizer_config.json` names, where the tokenizer knows them. */
function namedTokens(
  config: JsonObject,
  idOf: (token: string) => number | undefined,
): SpecialTokens {
  const found: Partial<Record<keyof SpecialTokens, SpecialToken>> = {};
  for (const role of ["pad", "unk", "cls", "sep", "mask"] as const) {
    const named = config[`${role}_token`];
    const token = typeof named === "string" ? named : asObject(named).content;
    const id = typeof token === "string" ? idOf(token) : undefined;
    if (id !== undefined) found[role] = { token: String(token), id };
  }
  return found;
}
