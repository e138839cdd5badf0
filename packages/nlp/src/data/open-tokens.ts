import { type CollectOptions, collectParts, commonParts } from "./collect.js";
import type { TokenDataset, TokenSample } from "./dataset.js";
import type { Opening } from "./open-texts.js";
import { type RawSentence, readTagged } from "./read-tagged.js";
import { formatByName } from "./rows/open-rows.js";
import { splitParts } from "./split-parts.js";
import { tagCoding } from "./tag-names.js";
import { tokenRows } from "./token-rows.js";

const tables = new Set(["json", "jsonl", "parquet"]);

/** Sentences with a tag for each word: CoNLL files, or tables with lists. */
export async function openTokens(opening: Opening): Promise<TokenDataset> {
  const { root, parts, options } = opening;
  const { format, encoding, names, strict } = options;
  const streamOf = async (path: string) => {
    const kind = format ?? formatByName(path);
    if (kind === undefined || !tables.has(kind))
      return readTagged(path, encoding ? { encoding } : {});
    const label = [options.label ?? []].flat()[0];
    return tokenRows(path, { ...options, ...(label === undefined ? {} : { label }) } as Parameters<
      typeof tokenRows
    >[1]);
  };
  const collecting: CollectOptions = options;
  const raw = await collectParts<RawSentence>(parts, { ...collecting, streamOf });
  const coding = tagCoding(raw.train, {
    root,
    ...(names ? { names } : {}),
    ...(strict === undefined ? {} : { strict }),
  });
  const code = (sentences: readonly RawSentence[]): TokenSample[] => sentences.map(coding.code);
  const samples = {
    train: code(raw.train),
    validation: code(raw.validation),
    test: code(raw.test),
  };
  return {
    task: "tokens",
    tags: coding.tags,
    ...commonParts(root, parts, coding.notes()),
    ...splitParts(samples, opening),
    skipped: raw.skipped,
  };
}
