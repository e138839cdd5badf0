/** What a rule did at one place. */
export type StyleChange = {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** Where `from` began in the text that the rule was given, in UTF-16 units. */
  readonly start: number;
};

export type StyledText = { readonly text: string; readonly changes: readonly StyleChange[] };

/** A named pure function of a text. */
export type StyleRule = {
  readonly name: string;
  readonly apply: (text: string) => StyledText;
};

/**
 * A rule that replaces each match of a global pattern: `to` gives what stands instead, and undefined
 * where the match stays.
 */
export const replacing = (
  name: string,
  pattern: RegExp,
  to: (match: RegExpExecArray) => string | undefined,
): StyleRule => ({
  name,
  apply: (text) => {
    const pieces: Piece[] = [];
    for (const match of text.matchAll(pattern)) {
      pieces.push({ start: match.index, from: match[0], to: to(match) });
    }
    return replacePieces(text, { rule: name, pieces });
  },
});

export type Piece = {
  readonly start: number;
  readonly from: string;
  readonly to: string | undefined;
};

/** The text with pieces replaced, which come in order; those that stay what they are make no change. */
export function replacePieces(
  text: string,
  { rule, pieces }: { rule: string; pieces: Iterable<Piece> },
): StyledText {
  const changes: StyleChange[] = [];
  const parts: string[] = [];
  let end = 0;
  for (const { start, from, to } of pieces) {
    if (to === undefined || to === from) continue;
    changes.push({ rule, from, to, start });
    parts.push(text.slice(end, start), to);
    end = start + from.length;
  }
  if (changes.length === 0) return { text, changes };
  parts.push(text.slice(end));
  return { text: parts.join(""), changes };
}

/** Words in the place of a sign: with a space towards what they would run into. */
export function spaced(words: string, { input, index, 0: from }: RegExpExecArray): string {
  const [before, after] = [input.slice(0, index).at(-1), input.slice(index + from.length).at(0)];
  const start = before === undefined || /[\s(["'“‘]/.test(before) ? "" : " ";
  const end = after === undefined || /[\s.,!?;:)\]"'”’…]/.test(after) ? "" : " ";
  return start + words + end;
}
