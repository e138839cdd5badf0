import { after, CONTROL, characterClass, SPACE } from "./characters.js";

/** What `BertNormalizer` does to a text before it is cut into words. */
export type Normalization = {
  /** Removes control characters and makes each kind of white space a space. */
  readonly cleanText: boolean;
  readonly lowercase: boolean;
  /** Removes combining marks (Mn) after canonical decomposition. */
  readonly stripAccents: boolean;
};

/** A changed text, and for each of its code units the piece of the source that it came from. */
export type NormalizedText = {
  readonly text: string;
  /** Null: nothing moved. */
  readonly starts: Int32Array | null;
  readonly ends: Int32Array | null;
};

/** Printable ASCII and what counts as white space there: only its case can change. */
const plain = /^[\x20-\x7e\t\n\r]*$/;

export function normalizeText(text: string, how: Normalization): NormalizedText {
  if (plain.test(text)) {
    return { text: how.lowercase ? text.toLowerCase() : text, starts: null, ends: null };
  }
  const cleaned = how.cleanText ? clean(text) : unchanged(text);
  if (!how.lowercase && !how.stripAccents) return cleaned;
  return changeCharacters(cleaned, how);
}

/** A text that grows, with where its parts came from. */
function grow(capacity: number) {
  let text = "";
  let starts = new Int32Array(capacity);
  let ends = new Int32Array(capacity);
  return {
    add(part: string, start: number, end: number): void {
      const from = text.length;
      text += part;
      if (text.length > starts.length) {
        const length = Math.max(text.length, 2 * starts.length);
        starts = enlarged(starts, length);
        ends = enlarged(ends, length);
      }
      starts.fill(start, from, text.length);
      ends.fill(end, from, text.length);
    },
    /** A mark that was taken off belongs to the character before it. */
    extend(end: number): void {
      for (let at = text.length - 1; at >= 0; at--) {
        const same = starts[at] === starts[text.length - 1];
        if (!same) break;
        ends[at] = end;
      }
    },
    done: (): NormalizedText => ({
      text,
      starts: starts.subarray(0, text.length),
      ends: ends.subarray(0, text.length),
    }),
  };
}

function enlarged(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

function unchanged(text: string): NormalizedText {
  const starts = Int32Array.from({ length: text.length }, (_, at) => at);
  return { text, starts, ends: starts.map((at) => at + 1) };
}

function clean(text: string): NormalizedText {
  const grown = grow(text.length);
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at)!;
    const next = after(at, code);
    const kind = characterClass(code);
    if (kind !== CONTROL) grown.add(kind === SPACE ? " " : text.slice(at, next), at, next);
    at = next;
  }
  return grown.done();
}

const mark = /\p{Mn}/gu;

function changeCharacters(source: NormalizedText, how: Normalization): NormalizedText {
  const starts = source.starts!;
  const ends = source.ends!;
  // As a whole, for the one letter whose lower case depends on its neighbours: a sigma that ends a word.
  const lowered = how.lowercase ? source.text.toLowerCase() : source.text;
  const grown = grow(source.text.length);
  let at = 0;
  let from = 0;
  for (const character of source.text) {
    const length = how.lowercase ? character.toLowerCase().length : character.length;
    const made = lowered.slice(from, from + length);
    const kept = how.stripAccents ? withoutMarks(made) : made;
    const last = at + character.length - 1;
    if (kept === "") grown.extend(ends[last]!);
    else grown.add(kept, starts[at]!, ends[last]!);
    at += character.length;
    from += length;
  }
  return grown.done();
}

const stripped = new Map<string, string>();

function withoutMarks(character: string): string {
  if (character.length === 1 && character < "\x80") return character;
  const found = stripped.get(character);
  if (found !== undefined) return found;
  const made = character.normalize("NFD").replace(mark, "");
  stripped.set(character, made);
  return made;
}
