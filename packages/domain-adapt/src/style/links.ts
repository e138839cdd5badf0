import { replacing, type StyleRule } from "./change.js";

/** Up to what closes a sentence, a bracket or a quote around it. */
const URL_PATTERN =
  /(?<![\p{L}\p{N}_])(?:https?:\/\/|www\.|(?:t\.co|bit\.ly|goo\.gl|ow\.ly|fb\.me|youtu\.be|tinyurl\.com|pic\.twitter\.com)\/)[^\s<>"]*[^\s<>".,!?:;'’)\]}…]/giu;

/** With the mark of a repost before it. Two in a row without a space are one, so that none is left over. */
const MENTION = /(?<![\p{L}\p{N}_@])(?:RT\s+(?:@+\w+)+:?|(?:@+\w+)+)/gu;

/** Addresses of pages: `word` stands instead, and "" removes them. */
export const urlsRule = (word: string): StyleRule => replacing("urls", URL_PATTERN, () => word);

/** Names of people as `@name`, and reposts' `RT @name:`; addresses of mail stay. */
export const mentionsRule = (word: string): StyleRule => replacing("mentions", MENTION, () => word);
