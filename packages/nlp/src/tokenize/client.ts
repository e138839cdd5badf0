import { GraftError } from "@graft-ml/core";
import { adapted } from "./adapted.js";
import type { SpecialToken, SpecialTokens, Tokenizer } from "./encoding.js";
import { asObject, type JsonObject } from "./json-object.js";

/** What we use of a tokenizer of `@xenova/transformers` 2 and of `@huggingface/transformers` 3 and 4. */
export type ClientTokenizer = {
  decode(
    ids: number[],
    options: { skip_special_tokens: boolean; clean_up_tokenization_spaces?: boolean },
  ): string;
  /** The token that a key of its `tokenizer_config.json` names. */
  getToken?(key: string): string | null | undefined;
  /** Its `tokenizer_config.json`, in version 4. */
  readonly config?: unknown;
  readonly model_max_length?: number;
  readonly padding_side?: string;
  /** With its vocabulary, in versions 2 and 3. */
  readonly model?: unknown;
  /** Its vocabulary, in version 4. */
  get_vocab?(): unknown;
};

type Call = (
  text: string,
  options: Readonly<Record<string, unknown>>,
) => { input_ids: number[]; token_type_ids?: number[] };

/**
 * A tokenizer of transformers.js, as `AutoTokenizer.from_pretrained` gives it, behind our contract. It
 * gives no offsets. Throws `config-invalid` for anything else.
 */
export function clientTokenizer(client: ClientTokenizer): Tokenizer {
  const given: unknown = client;
  if (typeof given !== "function" || typeof client.decode !== "function") {
    throw new GraftError(
      "config-invalid",
      "That is no tokenizer of transformers.js: it must be callable and have `decode`. Pass what AutoTokenizer.from_pretrained gives.",
    );
  }
  const call = given as Call;
  const plain = {
    padding: false,
    truncation: false,
    return_tensor: false,
    return_token_type_ids: true,
  };
  const vocabulary = vocabularyOf(client);
  const tokenIds = new Map(vocabulary.map((token, id) => [token, id]));
  const length = client.model_max_length;
  return adapted({
    kind: "client",
    vocabularySize: vocabulary.length,
    specialTokens: specialTokensOf(client, tokenIds),
    maxLength: typeof length === "number" && length < 1e9 ? length : undefined,
    paddingSide: client.padding_side === "left" ? "left" : "right",
    ids: (text) => Array.from(call(text, { ...plain, add_special_tokens: false }).input_ids),
    whole: (text, pair) => {
      const made = call(text, { ...plain, ...(pair === undefined ? {} : { text_pair: pair }) });
      const { input_ids: ids, token_type_ids: types } = made;
      return types ? { ids, types } : { ids };
    },
    decode: (ids, { skip, cleanUp }) =>
      client.decode([...ids], {
        skip_special_tokens: skip,
        ...(cleanUp === undefined ? {} : { clean_up_tokenization_spaces: cleanUp }),
      }),
    tokenToId: (token) => tokenIds.get(token),
    idToToken: (id) => vocabulary[id],
  });
}

function specialTokensOf(client: ClientTokenizer, ids: ReadonlyMap<string, number>): SpecialTokens {
  const found: Partial<Record<keyof SpecialTokens, SpecialToken>> = {};
  for (const role of ["pad", "unk", "cls", "sep", "mask"] as const) {
    const token = client.getToken?.(`${role}_token`) ?? asObject(client.config)[`${role}_token`];
    const id = typeof token === "string" ? ids.get(token) : undefined;
    if (id !== undefined) found[role] = { token: String(token), id };
  }
  return found;
}

/** Tokens by number. */
function vocabularyOf(client: ClientTokenizer): readonly string[] {
  // A model of version 2 is callable, so that it is a function with properties.
  const { vocab, tokens_to_ids } = Object(client.model) as JsonObject;
  const pairs = client.get_vocab?.() ?? tokens_to_ids;
  const names: string[] = Array.isArray(vocab) ? [...vocab] : [];
  if (pairs instanceof Map) for (const [token, id] of pairs) names[Number(id)] = String(token);
  return names;
}
