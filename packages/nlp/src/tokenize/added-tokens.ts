/** A token that is looked for in the text itself, as `tokenizer.json` lists them. */
export type AddedToken = {
  readonly content: string;
  readonly id: number;
  /** One of [CLS], [MASK] and the like: left out when decoding. */
  readonly special: boolean;
  /** Looked for in the text after lower-casing and the like, and not before. */
  readonly normalized: boolean;
  /** Only where no letter or digit touches it. */
  readonly singleWord: boolean;
  /** Takes the white space before it, or after it, along. */
  readonly stripLeft: boolean;
  readonly stripRight: boolean;
};

/** Part of a text: an added token, or what lies between them. */
type Segment = {
  readonly start: number;
  readonly end: number;
  readonly token: AddedToken | null;
};

/** Cuts texts at added tokens: the leftmost, the longest where several start there. */
export type FindAdded = (text: string) => readonly Segment[];

export function addedTokenFinder(
  tokens: readonly AddedToken[],
  spell: (content: string) => string = (content) => content,
): FindAdded {
  const byText = new Map(tokens.map((token) => [spell(token.content), token]));
  byText.delete("");
  if (byText.size === 0) return (text) => [{ start: 0, end: text.length, token: null }];
  const longestFirst = [...byText.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escaped).join("|"), "gu");
  return (text) => {
    const segments: Segment[] = [];
    let from = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byText.get(match[0])!;
      const end = match.index + match[0].length;
      if (match.index < from || (token.singleWord && touched(text, match.index, end))) continue;
      const found = widened(text, token, { from, start: match.index, end });
      if (found.start > from) segments.push({ start: from, end: found.start, token: null });
      segments.push(found);
      from = found.end;
    }
    if (from < text.length) segments.push({ start: from, end: text.length, token: null });
    return segments;
  };
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

const wordCharacter = /[\p{L}\p{M}\p{N}_]/u;

function touched(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 1), start);
  const after = text.slice(end, end + 1);
  return wordCharacter.test(before) || wordCharacter.test(after);
}

function widened(
  text: string,
  token: AddedToken,
  at: { from: number; start: number; end: number },
): Segment {
  let { start, end } = at;
  if (token.stripLeft) while (start > at.from && /\s/.test(text[start - 1]!)) start--;
  if (token.stripRight) while (end < text.length && /\s/.test(text[end]!)) end++;
  return { start, end, token };
}
