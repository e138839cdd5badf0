import { parseTag, type Tag } from "./tag.js";

/** An entity: the tokens from `start` up to `end`. */
export type Span = { readonly type: string; readonly start: number; readonly end: number };

const outside: Tag = { prefix: "O", type: "" };

/** A tag that is no tag marks nothing. */
const read = (tag: string): Tag => parseTag(tag) ?? outside;

/**
 * The entities that tags of any scheme mark, legal or not, by the rules of CoNLL-2000's conlleval: a tag
 * of another type, a B or an S begins one, and so does whatever else follows O, an E or an S; an E or an
 * S ends one, and so does whatever begins the next.
 */
export function spansOf(tags: readonly string[]): Span[] {
  const spans: Span[] = [];
  let [previous, start] = [outside, 0];
  for (let at = 0; at <= tags.length; at++) {
    const tag = at < tags.length ? read(tags[at]!) : outside;
    const begins = tag.prefix !== "O" && beginsHere(previous, tag);
    if (previous.prefix !== "O" && (begins || tag.prefix === "O")) {
      spans.push({ type: previous.type, start, end: at });
    }
    if (begins) start = at;
    previous = tag;
  }
  return spans;
}

const beginsHere = (previous: Tag, { prefix, type }: Tag): boolean =>
  prefix === "B" ||
  prefix === "S" ||
  previous.prefix === "O" ||
  previous.prefix === "E" ||
  previous.prefix === "S" ||
  previous.type !== type;

/**
 * The entities that are marked exactly as the scheme demands, as seqeval's strict mode: BIO entities
 * begin with B; IOBES entities are S alone, or B, any I, and E. Others are none.
 */
export function strictSpansOf(tags: readonly string[], scheme: "BIO" | "IOBES"): Span[] {
  const spans: Span[] = [];
  const prefixAt = (at: number, type: string): Tag["prefix"] => {
    const tag = at < tags.length ? read(tags[at]!) : outside;
    return tag.type === type ? tag.prefix : "O";
  };
  for (let start = 0; start < tags.length; start++) {
    const { prefix, type } = read(tags[start]!);
    if (scheme === "IOBES" && prefix === "S") spans.push({ type, start, end: start + 1 });
    if (prefix !== "B") continue;
    let end = start + 1;
    while (prefixAt(end, type) === "I") end++;
    if (scheme === "BIO") spans.push({ type, start, end });
    else if (prefixAt(end, type) === "E") spans.push({ type, start, end: end + 1 });
  }
  return spans;
}
