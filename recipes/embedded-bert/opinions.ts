import { join } from "node:path";
import { openZip, permutation } from "@graft-ml/core";
import { fileSource } from "@graft-ml/core/node";

/** Words of one opinion that stand together in a text. */
const WORDS_TOGETHER = 8;

/** How often each word of the lexicon is read, in another company each time. */
const TIMES_READ = 10;

/** Praise is 1, blame 0. */
export type SidedOpinion = { readonly text: string; readonly label: 0 | 1 };

/** What people praised, then what they complained of: `pros_cons.zip` in the folder, as NLTK's data have it. */
export async function sidedOpinions(folder: string): Promise<readonly SidedOpinion[]> {
  const said = await openZip(await fileSource(join(folder, "pros_cons.zip")));
  const statements = async (name: string, label: 0 | 1) =>
    (await linesOf(said, `pros_cons/Integrated${name}.txt`, "utf-8"))
      .map((line) => line.replaceAll(/<[^>]*>/g, "").trim())
      .filter((text) => text !== "")
      .map((text) => ({ text, label }));
  return [...(await statements("Pros", 1)), ...(await statements("Cons", 0))];
}

/**
 * What people praised and what they complained of, and lists of praising and complaining words, each text after
 * "Pros:" or "Cons:": guessing that word when it is hidden, or the others by it, teaches which words take which
 * side. The folder holds `pros_cons.zip` and `opinion_lexicon.zip`, as NLTK's data have them.
 */
export async function opinions(folder: string): Promise<readonly string[]> {
  const listed = await openZip(await fileSource(join(folder, "opinion_lexicon.zip")));
  const words = async (name: string, side: string) =>
    company(
      (await linesOf(listed, `opinion_lexicon/${name}-words.txt`, "latin1")).filter(
        (line) => line !== "" && !line.startsWith(";"),
      ),
    ).map((text) => `${side} ${text}`);
  return [
    ...(await sidedOpinions(folder)).map(
      ({ text, label }) => `${label === 1 ? "Pros:" : "Cons:"} ${text}`,
    ),
    ...(await words("positive", "Pros:")),
    ...(await words("negative", "Cons:")),
  ];
}

async function linesOf(
  zip: Awaited<ReturnType<typeof openZip>>,
  name: string,
  encoding: "utf-8" | "latin1",
): Promise<readonly string[]> {
  const text = new TextDecoder(encoding).decode(await zip.read(name));
  return text.split(/\r?\n/).map((line) => line.trim());
}

/** Words in drawn order, so many together, as often as each is read. */
function company(words: readonly string[]): readonly string[] {
  const lists: string[] = [];
  for (let time = 0; time < TIMES_READ; time++) {
    const drawn = [...permutation(1, time, words.length)].map((at) => words[at]!);
    for (let from = 0; from < drawn.length; from += WORDS_TOGETHER) {
      lists.push(drawn.slice(from, from + WORDS_TOGETHER).join(", "));
    }
  }
  return lists;
}
