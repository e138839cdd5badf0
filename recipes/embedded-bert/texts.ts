import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { opinions } from "./opinions.js";

/** Every hundredth text is never trained on. */
const HELD_OUT = 100;

/** Opinions are few and short, and nothing else in the texts takes sides. */
const OPINIONS_TAKEN = 3;

export type Part = "training" | "held-out";

/**
 * The texts of the folder, which holds `openstax-ccby-corpus` (textbooks: `*.txt.gz`, a paragraph a line, a
 * title as "= title ="), `medquad-ccby` (`medquad.tsv.gz`: source, type, focus, question, answer) and
 * `pros-cons` (opinions.ts). A file at a time is in memory.
 */
export async function* readTexts(folder: string, part: Part): AsyncGenerator<string> {
  const isWanted = (index: number) => (index % HELD_OUT === 0) === (part === "held-out");
  let index = 0;
  for await (const text of proseTexts(folder)) {
    if (isWanted(index++)) yield text;
  }
  const said = (await opinions(join(folder, "pros-cons"))).filter((_, at) => isWanted(at));
  for (let time = 0; time < (part === "training" ? OPINIONS_TAKEN : 1); time++) yield* said;
}

async function* proseTexts(folder: string): AsyncGenerator<string> {
  const books = join(folder, "openstax-ccby-corpus");
  const files = (await readdir(books)).filter((name) => name.endsWith(".txt.gz")).sort();
  for (const file of files) {
    for (const line of await linesOf(join(books, file))) {
      if (line !== "" && !line.startsWith("= ")) yield line;
    }
  }
  const [, ...rows] = await linesOf(join(folder, "medquad-ccby", "medquad.tsv.gz"));
  for (const row of rows) {
    const [, , , question = "", answer = ""] = row.split("\t");
    if (answer !== "") yield `${question} ${answer}`;
  }
}

const linesOf = async (path: string): Promise<readonly string[]> =>
  gunzipSync(await readFile(path))
    .toString("utf8")
    .split("\n");
