import { type Piece, replacePieces, type StyleRule, spaced } from "./change.js";

type Faces = readonly (readonly [words: string, source: string])[];

/** Made of signs alone, so that they may stand right behind a word: "great:)". */
const SIGNS: Faces = [
  ["angry face", ">[:=]-?[(\\[]+"],
  ["face with tears of joy", "[:=]['’]-?[)\\]]+"],
  ["crying face", "[:=]['’,]-?[(\\[]+|;_+;"],
  ["smiling face", "[:=][-o^]?[)\\]]+|\\(:(?![\\p{L}\\p{N}])|\\^_*\\^"],
  ["sad face", "[:=][-^]?[(\\[]+"],
  ["winking face", ";[-^]?[)\\]]+"],
  ["kissing face", "[:;=]-?\\*+"],
  ["confused face", "[:=]-?[/\\\\]+(?![\\p{L}\\p{N}/\\\\])"],
  ["neutral face", "[:=]-?\\|+|(?<!-)-_+-(?!-)"],
  ["shrugging", "¯\\\\_\\(ツ\\)_/¯"],
];

/** With letters or numbers behind their eyes, which must not be the start of a word. */
const MIXED: Faces = [
  ["laughing face", "[:=]-?D+"],
  ["winking face", ";-?D+"],
  ["face with tongue", "[:;=]-?[pP]+"],
  ["surprised face", "[:=]-?[oO]+"],
  ["confused face", ":-?[sS]"],
  ["broken heart", "</3+"],
  ["heart", "<3+"],
];

/** Words by their looks, which stand where words do. */
const LETTERS: Faces = [
  ["laughing face", "[xX]D+"],
  ["surprised face", "[oO]_+[oO]"],
  ["crying face", "T_+T"],
];

const anyOf = (faces: Faces): string => faces.map(([, source]) => source).join("|");
const WORD_ENDS = "(?![\\p{L}\\p{M}\\p{N}_]|\\.\\p{N})";
const FACE = `(?:${anyOf(SIGNS)}|(?:${anyOf([...MIXED, ...LETTERS])})${WORD_ENDS})`;
const FIRST = [
  anyOf(SIGNS),
  `(?<![\\p{L}\\p{M}_])(?:${anyOf(MIXED)})${WORD_ENDS}`,
  `(?<![^\\s.,!?("'…])(?:${anyOf(LETTERS)})${WORD_ENDS}`,
].join("|");
/** Faces without a space between them come together, so that none looks like a part of the words before. */
const FACES = new RegExp(`(?<![\\p{N}:;=<>])(?:${FIRST})${FACE}*`, "gu");

const ALL = [...SIGNS, ...MIXED, ...LETTERS];
const EACH = new RegExp(ALL.map(([, source]) => `(${source})`).join("|"), "gu");

/** Faces made of signs as words: ":-)" is "smiling face", "<3" is "heart". */
export const emoticonsRule: StyleRule = {
  name: "emoticons",
  apply: (text) => replacePieces(text, { rule: "emoticons", pieces: facesOf(text) }),
};

function* facesOf(text: string): Generator<Piece> {
  let end = 0;
  let isOpen = false;
  for (const match of text.matchAll(FACES)) {
    const { 0: from, index: start } = match;
    isOpen = opensLast(text.slice(end, start), isOpen);
    end = start + from.length;
    // In "(as follows:)" it closes the bracket.
    const closes = isOpen && /^[:;=]\)$/.test(from) && /[^\s]/.test(text[start - 1] ?? " ");
    if (closes) isOpen = false;
    yield { start, from, to: closes ? undefined : spaced(spoken(from), match) };
  }
}

/** Whether the last bracket is one that opens; `before` where there is none. */
function opensLast(text: string, before: boolean): boolean {
  const [open, close] = [text.lastIndexOf("("), text.lastIndexOf(")")];
  return open === close ? before : open > close;
}

/** The same face several times over is one. */
function spoken(faces: string): string {
  const words = [...faces.matchAll(EACH)].map((match) => {
    return ALL[match.slice(1).findIndex((found) => found !== undefined)]![0];
  });
  return words.filter((word, at) => word !== words[at - 1]).join(" ");
}
