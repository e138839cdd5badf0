/** What Python's `str.split` takes for white space; not what \s does. */
const spaces = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const space = new RegExp(`[${spaces}]+`, "u");
const punctuation = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g;
/** Whole words; a letter of any script beside them is part of the word, as in Python's \b. */
const articles = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/**
 * The words of an answer as SQuAD's script compares them (Rajpurkar et al. 2016): lower case, without
 * ASCII punctuation, then without articles, between white space.
 */
export const answerWords = (answer: string): readonly string[] =>
  answer
    .toLowerCase()
    .replaceAll(punctuation, "")
    .replaceAll(articles, " ")
    .split(space)
    .filter((word) => word !== "");

/** Whether two answers have the same words: 1 or 0. */
export const exactMatch = (predicted: string, truth: string): number =>
  answerWords(predicted).join(" ") === answerWords(truth).join(" ") ? 1 : 0;

/** F1 of the words that two answers share; where one has none, whether the other has none, too. */
export function answerF1(predicted: string, truth: string): number {
  const [own, right] = [answerWords(predicted), answerWords(truth)];
  if (own.length === 0 || right.length === 0) return own.length === right.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of right) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of own) {
    const count = left.get(word) ?? 0;
    if (count > 0) shared += 1;
    left.set(word, count - 1);
  }
  return (2 * shared) / (own.length + right.length);
}
