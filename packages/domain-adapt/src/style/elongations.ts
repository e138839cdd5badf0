import { replacing, type StyleRule } from "./change.js";
import { wordKey } from "./word-counts.js";

const WORD = /[\p{L}\p{M}]+/gu;
const RUN = /(\p{L})\1{2,}/giu;
/** VIII and www repeat letters by right. */
const BY_RIGHT = /^(?:[IVXLCM]+|www)$/;
/** Of more runs, each two letters: their choices double with each. */
const MOST_RUNS = 4;

/**
 * Letters written three times and more: once or twice, whichever makes the commonest word by `count`,
 * and twice where neither makes one.
 */
export const elongationsRule = (count: (word: string) => number): StyleRule =>
  replacing("elongations", WORD, ([word]) => {
    const runs = [...word.matchAll(RUN)];
    if (runs.length === 0 || BY_RIGHT.test(word)) return undefined;
    let best = shortened(word, runs, -1);
    let most = 0;
    for (let choice = 2 ** runs.length - 1; choice >= 0 && runs.length <= MOST_RUNS; choice--) {
      const candidate = shortened(word, runs, choice);
      const found = count(wordKey(candidate));
      if (found > most) [best, most] = [candidate, found];
    }
    return best;
  });

/** Bit i of the choice: whether run i keeps two letters. */
function shortened(word: string, runs: readonly RegExpExecArray[], choice: number): string {
  const parts: string[] = [];
  let end = 0;
  runs.forEach((run, i) => {
    // Letters beyond the first plane are two units each.
    const letter = run[1]!.length;
    const keeps = choice === -1 || (choice >> i) & 1 ? 2 : 1;
    parts.push(word.slice(end, run.index + keeps * letter));
    end = run.index + run[0].length;
  });
  return parts.join("") + word.slice(end);
}
