/** What BERT's tokenizer makes of a character. */
const LETTER = 1;
export const SPACE = 2;
/** Punctuation or a Chinese character: always a word of its own. */
export const ALONE = 3;
/** Removed. */
export const CONTROL = 4;

const control = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
const space = /[\p{Zs}\p{Zl}\p{Zp}\t\n\r]/u;
const punctuation = /[\p{P}$+<=>^`|~]/u;

/** CJK ideographs, their extensions and compatibility forms, as Google's BERT has them; Hangul and kana are not among them. */
const chinese: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b820, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

export const isChinese = (code: number): boolean =>
  code >= 0x3400 && chinese.some(([first, last]) => code >= first && code <= last);

function classify(code: number, character: string): number {
  // U+FFFD stands for bytes that could not be read.
  if (code === 0xfffd || code === 0) return CONTROL;
  if (space.test(character)) return SPACE;
  if (control.test(character)) return CONTROL;
  return punctuation.test(character) ? ALONE : LETTER;
}

/** Classes of the first 65,536 code points, filled as they are asked for. */
const known = new Uint8Array(0x10000);

/** `LETTER`, `SPACE`, `ALONE` (punctuation only) or `CONTROL`. */
export function characterClass(code: number): number {
  if (code > 0xffff) return classify(code, String.fromCodePoint(code));
  const found = known[code]!;
  if (found !== 0) return found;
  const made = classify(code, String.fromCharCode(code));
  known[code] = made;
  return made;
}

/** Where the code point that begins at `at` ends. */
export const after = (at: number, code: number): number => at + (code > 0xffff ? 2 : 1);
