import { replacing, type StyleRule } from "./change.js";
import { type Lexicon, segmentWords } from "./segment-words.js";

/** Several without a space between them too. */
const HASHTAGS = /(?<![\p{L}\p{M}\p{N}_&/#])(?:#+[\p{L}\p{M}\p{N}_]+)+/gu;

/** Where small letters end, where capitals become a capitalised word, and about numbers. */
const BORDERS =
  /(?<=\p{Ll}\p{M}*)(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L}\p{M}*)(?=\p{N})|(?<=\p{N})(?=\p{L})/u;

/** Hashtags as their words: at underscores, capitals and numbers first, then by the lexicon. */
export const hashtagsRule = (lexicon: Lexicon): StyleRule =>
  replacing("hashtags", HASHTAGS, ([tags]) => {
    if (!/\p{L}/u.test(tags)) return undefined;
    const parts = tags.split(/[#_]+/).flatMap((tag) => tag.split(BORDERS));
    const words = parts.filter((part) => part !== "");
    return words.flatMap((word) => segmentWords(word, lexicon)).join(" ");
  });
