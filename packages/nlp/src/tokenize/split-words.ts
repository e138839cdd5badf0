import { ALONE, after, characterClass, isChinese, SPACE } from "./characters.js";

/** Calls `word` with the start and end of each word: a run of letters, or one punctuation mark or Chinese character. */
export function splitWords(
  text: string,
  chinese: boolean,
  word: (start: number, end: number) => void,
): void {
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at)!;
    const next = after(at, code);
    const kind = classOf(code, chinese);
    if (kind === SPACE || kind === ALONE) {
      if (start < at) word(start, at);
      if (kind === ALONE) word(at, next);
      start = next;
    }
    at = next;
  }
  if (start < text.length) word(start, text.length);
}

const classOf = (code: number, chinese: boolean): number =>
  chinese && isChinese(code) ? ALONE : characterClass(code);
