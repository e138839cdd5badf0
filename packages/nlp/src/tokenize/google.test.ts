import { readFile } from "node:fs/promises";
import { sharedPath } from "@graft-ml/core/testing";
import { expect, test } from "vitest";
import { readWordPiece } from "./read-word-piece.js";
import { createWordPiece } from "./word-piece.js";

const folder = sharedPath("data/text/wordpiece-oracle");

/** Google's own code knows no special tokens in texts, and words of up to 200 characters. */
const asGoogle = { specialTokensInText: false, maxCharsPerWord: 200 };

test.skipIf(!folder)(
  "the tokens of Google's own tokenizer, on 369 texts (reference data)",
  async () => {
    const vocabulary = await readFile(`${folder}/vocab.txt`, "utf8");
    const tokenizer = createWordPiece(readWordPiece({ vocabulary }, asGoogle));
    const lines = (await readFile(`${folder}/golden_uncased.jsonl`, "utf8")).trim().split("\n");
    const golden = lines.map((line) => JSON.parse(line) as { text: string; ids: number[] });
    expect(golden).toHaveLength(369);
    for (const { text, ids } of golden) {
      const encoding = tokenizer.encode(text, { addSpecialTokens: false });
      expect([text, Array.from(encoding.ids)]).toEqual([text, ids]);
    }
  },
);
