import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Tokenizer, trainWordPiece } from "@graft-ml/nlp";
import { openTokenizer, saveTokenizer } from "@graft-ml/nlp/node";
import { POSITIONS, VOCABULARY } from "./network.js";
import { readTexts } from "./texts.js";

/** The tokenizer in the folder, or one of our own, trained on the texts that the network will learn from and kept there. */
export async function ownTokenizer(folder: string, data: string): Promise<Tokenizer> {
  if (!existsSync(join(folder, "tokenizer.json"))) {
    const settings = await trainWordPiece({
      texts: readTexts(data, "training"),
      vocabularySize: VOCABULARY,
      alphabet: 400,
      maxLength: POSITIONS,
    });
    await saveTokenizer(folder, settings);
  }
  return openTokenizer(folder);
}
