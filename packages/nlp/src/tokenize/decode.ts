import type { AddedToken } from "./added-tokens.js";
import type { DecodeOptions } from "./encoding.js";

/** Tokens back to a text: pieces within a word joined, words with spaces between them. */
export function decodeWordPieces(
  ids: ArrayLike<number>,
  options: DecodeOptions & {
    tokens: readonly string[];
    prefix: string;
    addedTokens: readonly AddedToken[];
  },
): string {
  const { tokens, prefix, addedTokens, skipSpecialTokens = true, cleanUpSpaces = true } = options;
  const special = new Set(addedTokens.filter((one) => one.special).map(({ id }) => id));
  const shown = Array.from(ids).filter((id) => !(skipSpecialTokens && special.has(id)));
  const text = shown
    .map((id) => tokens[id] ?? "")
    .reduce((all, token) => joined(all, token, prefix), "");
  return cleanUpSpaces ? closeSpaces(text) : text;
}

function joined(text: string, token: string, prefix: string): string {
  if (text === "") return token;
  return token.startsWith(prefix) ? text + token.slice(prefix.length) : `${text} ${token}`;
}

/** English writing: no space before punctuation and shortened words. */
const closeSpaces = (text: string): string =>
  text
    .replace(/ ([.?!,])/g, "$1")
    .replace(/ ' /g, "'")
    .replace(/ (n't|'m|'s|'ve|'re)/g, "$1");
