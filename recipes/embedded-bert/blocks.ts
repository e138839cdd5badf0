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
  const { tokenizer, data, out, length } = options;
  const path = (ending: string) => join(out, `${part}-${length}.${ending}`);
  if (existsSync(path("words"))) {
    const [ids, words] = [await readFile(path("ids")), await readFile(path("words"))];
    const numbers = new Int32Array(ids.buffer, ids.byteOffset, ids.byteLength / 4);
    return { size: words.length / length, length, ids: numbers, words };
  }
  const blocks = await packTexts({ tokenizer, texts: readTexts(data, part), length });
  await writeFileAtomic(path("ids"), new Uint8Array(blocks.ids.buffer));
  await writeFileAtomic(path("words"), blocks.words);
  return blocks;
}
