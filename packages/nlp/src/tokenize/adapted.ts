import { GraftError } from "@graft-ml/core";
import { assemble } from "./assemble.js";
import type { DecodeOptions, TextInput, Tokenizer } from "./encoding.js";
import type { Pieces } from "./pieces.js";
import type { Template, TemplatePart } from "./template.js";

/** What any tokenizer can be asked for, whoever made it. */
export type Foreign = Omit<Tokenizer, "encode" | "decode"> & {
  /** Token numbers of a text with nothing around it. */
  ids(text: string): readonly number[];
  /** The same with everything around it, and the types where it tells them. */
  whole(text: string, pair?: string): { ids: readonly number[]; types?: readonly number[] };
  decode(ids: readonly number[], options: { skip: boolean; cleanUp: boolean | undefined }): string;
};

/**
 * Our contract over a tokenizer that gives token numbers and no more: special tokens, truncation and
 * windows are done here. It can't tell where tokens stand; words it can tell where the input is split.
 * Throws `config-invalid` for a tokenizer that does something else than putting tokens around texts.
 */
export function adapted(foreign: Foreign): Tokenizer {
  const template = probeTemplate(foreign);
  const spaced = wantsSpaces(foreign);
  const pieces = (input: TextInput): Pieces => {
    if (typeof input !== "string") return piecesOfWords(foreign, input, spaced);
    const ids = [...foreign.ids(input)];
    return { ids, words: ids.map(() => -1), starts: null, ends: null };
  };
  const { kind, vocabularySize, specialTokens, maxLength, paddingSide } = foreign;
  const { tokenToId, idToToken } = foreign;
  return {
    ...{ kind, vocabularySize, specialTokens, maxLength, paddingSide, tokenToId, idToToken },
    encode: (text, options = {}) => {
      const { pair } = options;
      const texts =
        pair === undefined ? ([pieces(text)] as const) : ([pieces(text), pieces(pair)] as const);
      return assemble(texts, { truncationSide: "right", ...options, template });
    },
    decode: (ids, { skipSpecialTokens = true, cleanUpSpaces }: DecodeOptions = {}) =>
      foreign.decode(Array.from(ids), { skip: skipSpecialTokens, cleanUp: cleanUpSpaces }),
  };
}

function piecesOfWords(foreign: Foreign, words: readonly string[], spaced: boolean): Pieces {
  const pieces = { ids: [] as number[], words: [] as number[], starts: null, ends: null };
  for (const [word, text] of words.entries()) {
    for (const id of foreign.ids(spaced && word > 0 ? ` ${text}` : text)) {
      pieces.ids.push(id);
      pieces.words.push(word);
    }
  }
  return pieces;
}

const [first, second] = ["one", "two"];

/** True where the space before a word belongs to its tokens, as in byte-level encodings. */
function wantsSpaces({ ids }: Foreign): boolean {
  const together = ids(`${first} ${second}`).join();
  return together !== [...ids(first), ...ids(second)].join();
}

/** Finds out what the tokenizer puts around texts, by two texts that are known. */
function probeTemplate(foreign: Foreign): Template {
  const known = [foreign.ids(first), foreign.ids(second)] as const;
  return {
    single: partsOf(foreign.whole(first), [known[0]]),
    pair: partsOf(foreign.whole(first, second), known),
  };
}

function partsOf(
  whole: { ids: readonly number[]; types?: readonly number[] },
  texts: readonly (readonly number[])[],
): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let sequence = 0;
  for (let at = 0; at < whole.ids.length; ) {
    const type = whole.types?.[at] ?? 0;
    const text = texts[sequence];
    if (text?.length && text.every((id, index) => whole.ids[at + index] === id)) {
      parts.push({ sequence: sequence === 0 ? 0 : 1, type });
      sequence++;
      at += text.length;
    } else {
      parts.push({ special: whole.ids[at]!, type });
      at++;
    }
  }
  if (sequence === texts.length) return parts;
  throw new GraftError(
    "config-invalid",
    `The tokenizer changes a text's own tokens where it puts special ones around it: ${texts.join(" | ")} became ${whole.ids.join()}. Pass it split into words, or use another tokenizer.`,
  );
}
