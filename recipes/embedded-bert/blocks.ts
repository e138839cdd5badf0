import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import { packTexts, type TextBlocks, type Tokenizer } from "@graft-ml/nlp";
import { type Part, readTexts } from "./texts.js";

export type BlockOptions = {
  readonly tokenizer: Tokenizer;
  readonly data: string;
  /** Where they are kept, so that a run that goes on starts at once. */
  readonly out: string;
  readonly length: number;
};

/** The rows of a part of the texts, from the folder or made and kept there. */
export async function textBlocks(part: Part, options: BlockOptions): Promise<TextBlocks> {
  const kept = await keptBlocks(part, options);
  if (kept) return kept;
  const { tokenizer, data, length } = options;
  const blocks = await packTexts({ tokenizer, texts: readTexts(data, part), length });
  const paths = pathsOf(part, options);
  await writeFileAtomic(paths.ids, new Uint8Array(blocks.ids.buffer));
  // Comes last: where it is, the other one is.
  await writeFileAtomic(paths.words, blocks.words);
  return blocks;
}

/** The rows that lie in the folder, if they do. */
export async function keptBlocks(part: Part, at: Place): Promise<TextBlocks | undefined> {
  const paths = pathsOf(part, at);
  if (!existsSync(paths.words)) return undefined;
  const [ids, words] = [await readFile(paths.ids), await readFile(paths.words)];
  const numbers = new Int32Array(ids.buffer, ids.byteOffset, ids.byteLength / 4);
  return { size: words.length / at.length, length: at.length, ids: numbers, words };
}

type Place = Pick<BlockOptions, "out" | "length">;

const pathsOf = (part: Part, { out, length }: Place) => ({
  ids: join(out, `${part}-${length}.ids`),
  words: join(out, `${part}-${length}.words`),
});
