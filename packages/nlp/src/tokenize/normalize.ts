import { after, CONTROL, characterClass, SPACE } from "./characters.js";
import { growText, type NormalizedText } from "./grow-text.js";

/** What `BertNormalizer` does to a text before it is cut into words. */
export type Normalization = {
  /** Removes control characters and makes each kind of white space a space. */
  readonly cleanText: boolean;
  readonly lowercase: boolean;
  /** Removes combining marks (Mn) after canonical decomposition. */
  readonly stripAccents: boolean;
};

export type Normalizer = (text: string) => NormalizedText;

/** Printable ASCII and what counts as white space there: only its case can change. */
const plain = /^[\x20-\x7e\t\n\r]*$/;

export function createNormalizer(how: Normalization): Normalizer {
  const changed = changer(how);
  const sigmas = how.lowercase
    ? (text: string) => (text.includes("\u03a3") ? withSmallSigmas(text, how) : text)
    : (text: string) => text;
  return (text) => {
    if (!plain.test(text)) return changeAll(sigmas(text), changed);
    return { text: how.lowercase ? text.toLowerCase() : text, starts: null, ends: null };
  };
}

function changeAll(text: string, changed: (code: number) => string | null): NormalizedText {
  const grown = growText(text.length);
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at)!;
    const next = after(at, code);
    const made = changed(code);
    if (made === "") grown.extend(next);
    else if (made !== null) grown.add(made, at, next);
    at = next;
  }
  return grown.done();
}

/** What becomes of a code point: "" for a mark that is taken off, null for what is removed. */
function changer(how: Normalization): (code: number) => string | null {
  const known = new Map<number, string | null>();
  return (code) => {
    const found = known.get(code);
    if (found !== undefined) return found;
    const made = change(code, how);
    known.set(code, made);
    return made;
  };
}

const mark = /\p{Mn}/gu;

function change(
  code: number,
  { cleanText, lowercase, stripAccents }: Normalization,
): string | null {
  const kind = characterClass(code);
  if (cleanText && kind === CONTROL) return null;
  if (cleanText && kind === SPACE) return " ";
  const character = String.fromCodePoint(code);
  const lowered = lowercase ? character.toLowerCase() : character;
  return stripAccents ? lowered.normalize("NFD").replace(mark, "") : lowered;
}

const control = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu;

/**
 * The one letter whose lower case depends on its neighbours: a sigma that ends a word. What cleaning
 * removes must not end one, so that a soft hyphen, which never does, stands in for it here.
 */
function withSmallSigmas(text: string, { cleanText }: Normalization): string {
  const seen = cleanText ? text.replace(control, (found) => "\u00ad".repeat(found.length)) : text;
  // The only letter that becomes two.
  const lowered = seen.replaceAll("\u0130", "i").toLowerCase();
  return text.replace(/\u03a3/g, (_, at: number) => lowered[at]!);
}
