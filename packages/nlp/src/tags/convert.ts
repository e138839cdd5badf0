import { type Span, spansOf } from "./spans.js";
import { parseTag, type Tag, type TagScheme } from "./tag.js";

const outside: Tag = { prefix: "O", type: "" };

/** A tag that its scheme does not allow where it stands. */
export type TagFault = {
  /** Which token, from 0. */
  readonly at: number;
  readonly tag: string;
  /** "O" at the beginning of a sentence. */
  readonly after: string;
};

/** The tags of spans over `length` tokens, each begun with B. Spans that are there do not overlap. */
function bioTags(spans: readonly Span[], length: number): string[] {
  const tags = new Array<string>(length).fill("O");
  for (const { type, start, end } of spans) {
    tags.fill(`I-${type}`, start, end);
    tags[start] = `B-${type}`;
  }
  return tags;
}

/** The same with ends: B, I and E, or S for a span of one token. */
function iobesTags(spans: readonly Span[], length: number): string[] {
  const tags = bioTags(spans, length);
  for (const { type, start, end } of spans)
    tags[end - 1] = `${end - start > 1 ? "E" : "S"}-${type}`;
  return tags;
}

/** Tags of any scheme as BIO; what is illegal is read as conlleval reads it. */
export const toBio = (tags: readonly string[]): string[] => bioTags(spansOf(tags), tags.length);

/** Tags of any scheme as IOBES; what is illegal is read as conlleval reads it. */
export const toIobes = (tags: readonly string[]): string[] => iobesTags(spansOf(tags), tags.length);

/**
 * The scheme that sentences of tags are written in: IOBES (or BILOU) where ends are told, IOB1 where
 * spans begin with I and B only parts two of one type, else BIO.
 */
export function findScheme(sentences: Iterable<readonly string[]>): TagScheme {
  let [isIob1, isBio] = [false, false];
  for (const [previous, tag] of tagPairs(sentences)) {
    if (tag.prefix === "E" || tag.prefix === "S") return "IOBES";
    const follows = previous.type === tag.type;
    isIob1 ||= tag.prefix === "I" && !follows;
    isBio ||= tag.prefix === "B" && !follows;
  }
  return isIob1 && !isBio ? "IOB1" : "BIO";
}

/** Every tag with the one before it, O at the beginning of a sentence. */
function* tagPairs(sentences: Iterable<readonly string[]>): Generator<readonly [Tag, Tag], void> {
  for (const tags of sentences) {
    let previous = outside;
    for (const each of tags) {
      const tag = parseTag(each) ?? outside;
      yield [previous, tag];
      previous = tag;
    }
  }
}

/** Every tag that the scheme does not allow where it stands. */
export function tagFaults(tags: readonly string[], scheme: TagScheme): TagFault[] {
  const faults: TagFault[] = [];
  for (let at = 0; at <= tags.length; at++) {
    const [after, tag] = [tags[at - 1] ?? "O", tags[at] ?? "O"];
    const isLegal = legal[scheme](parseTag(after) ?? outside, parseTag(tag) ?? outside);
    // A sentence that ends inside a span has its fault in the last token.
    if (!isLegal)
      faults.push(
        at < tags.length
          ? { at, tag, after }
          : { at: at - 1, tag: after, after: tags[at - 2] ?? "O" },
      );
  }
  return faults;
}

const isInside = ({ prefix }: Tag): boolean => prefix === "B" || prefix === "I";

const legal: Readonly<Record<TagScheme, (previous: Tag, tag: Tag) => boolean>> = {
  BIO: (previous, { prefix, type }) => prefix !== "I" || previous.type === type,
  IOB1: (previous, { prefix, type }) => prefix !== "B" || previous.type === type,
  IOBES: (previous, { prefix, type }) => {
    const goesOn = prefix === "I" || prefix === "E";
    return isInside(previous) ? goesOn && previous.type === type : !goesOn;
  },
};
