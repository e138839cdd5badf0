import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bucketSampler, createTokenizer, tokenSource } from "@graft-ml/nlp";
import { openTexts } from "@graft-ml/nlp/node";
import { sharedFolder } from "./networks.js";

/** Texts as tokens, one row each, which both sides of a comparison read. */
export type TokenFile = {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
};

/** What padding needs to know of BERT's tokenizer. */
export const padder = {
  specialTokens: { pad: { id: 0, token: "[PAD]" } },
  paddingSide: "right",
} as const;

export const tokenSets: Readonly<
  Record<string, { readonly about: string; readonly path: string }>
> = {
  films: { about: "film sentences of SST-2", path: "data/text/sst-2" },
  medical: {
    about: "medical abstracts",
    path: "data/text/medical-abstracts/medical_tc_test.csv",
  },
};

/** The rows as a tokenizer would give them. */
export const encodingsOf = ({ rows }: TokenFile) =>
  rows.map((row) => ({ ids: Int32Array.from(row), typeIds: new Int32Array(row.length) }));

/** The first texts of a set, at most so many tokens each, by the vocabulary of BERT's uncased weights. */
export async function writeTokens(
  set: string,
  { texts, maxLength }: { texts: number; maxLength: number },
): Promise<{ path: string; file: TokenFile }> {
  const found = tokenSets[set];
  if (!found) throw new Error(`No texts "${set}": ${Object.keys(tokenSets).join(", ")}.`);
  const vocabulary = await readFile(sharedFolder("data/text/wordpiece-oracle/vocab.txt"), "utf8");
  const tokenizer = await createTokenizer({ vocabulary });
  const { train } = await openTexts(sharedFolder(found.path), { validation: 0 });
  const chosen = train.slice(0, texts);
  const file: TokenFile = {
    rows: chosen.map(({ text }) => Array.from(tokenizer.encode(text, { maxLength }).ids)),
    labels: chosen.map(({ label }) => label),
  };
  const path = join(await mkdtemp(join(tmpdir(), "graft-tokens-")), "tokens.json");
  await writeFile(path, JSON.stringify(file));
  return { path, file };
}

/** Share of padding among the tokens of an epoch: in batches of like length, and with all texts at the longest. */
export function paddingShares(
  file: TokenFile,
  batchSize: number,
): { buckets: number; padded: number; lengths: readonly number[] } {
  const { lengths, buckets } = tokenSource({
    tokenizer: padder,
    encodings: encodingsOf(file),
  });
  const order = bucketSampler({ lengths, buckets }, { batchSize, seed: 0 }).order(1);
  let [tokens, room] = [0, 0];
  for (let at = 0; at < order.length; at += batchSize) {
    const own = Array.from({ length: batchSize }, (_, row) => lengths[order[at + row]!]!);
    const longest = Math.max(...own);
    tokens += own.reduce((sum, length) => sum + length, 0);
    room += batchSize * buckets.find((bucket) => longest <= bucket)!;
  }
  const all = lengths.reduce((sum, length) => sum + length, 0);
  const most = lengths.length * Math.max(...lengths);
  return { buckets: 1 - tokens / room, padded: 1 - all / most, lengths: buckets };
}
