import { basename } from "node:path";
import { parseTag } from "../tags/tag.js";
import type { SkippedText } from "./dataset.js";
import { type FileEncoding, openBytes } from "./rows/byte-stream.js";
import { type Record as Line, records } from "./rows/records.js";
import { scanAllLines } from "./rows/scan-lines.js";

/** A sentence as its file has it, with the line of its first token. */
export type RawSentence = {
  readonly name: string;
  readonly line: number;
  readonly group?: string;
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
};

type Open = { line: number; tokens: string[]; tags: string[]; fault: string | undefined };

/**
 * Sentences of a file in the manner of CoNLL: a token a line, its tag last, between tabs or spaces, and
 * an empty line after a sentence. Lines that begin with -DOCSTART- part documents, no split of which is
 * cut. A sentence with a bad line is left out, the line told.
 */
export async function* readTagged(
  path: string,
  { encoding }: { encoding?: FileEncoding } = {},
): AsyncGenerator<readonly (RawSentence | SkippedText)[], void> {
  const stream = await openBytes(path, encoding);
  const reader = sentenceReader(basename(path));
  for await (const lines of records(stream.bytes(), scanAllLines)) {
    yield lines.flatMap((line) => reader.take(line) ?? []);
  }
  yield [reader.close() ?? []].flat();
}

/** Takes line after line and gives a sentence whenever one ends. */
function sentenceReader(file: string) {
  let open: Open | undefined;
  let documents = 0;
  const close = (): RawSentence | SkippedText | undefined => {
    if (!open) return undefined;
    const { line, tokens, tags, fault } = open;
    open = undefined;
    const name = `${file}:${line}`;
    if (fault !== undefined) return { name, reason: fault };
    const group = documents === 0 ? {} : { group: `${file} document ${documents}` };
    return { name, line, ...group, tokens, tags };
  };
  const take = (record: Line): RawSentence | SkippedText | undefined => {
    const text = "cells" in record ? record.cells[0]!.trimEnd() : undefined;
    if (text === "") return close();
    if (text?.startsWith("-DOCSTART-")) {
      const sentence = close();
      documents++;
      return sentence;
    }
    open ??= { line: record.line, tokens: [], tags: [], fault: undefined };
    const problem = "problem" in record ? record.problem : addToken(open, text!);
    if (problem !== undefined) open.fault ??= `in line ${record.line} ${problem}`;
    return undefined;
  };
  return { take, close };
}

/** Adds a line's token and tag, or says what is wrong with it. */
function addToken(open: Open, line: string): string | undefined {
  const cells = line.includes("\t") ? line.split("\t") : line.trim().split(/ +/);
  const [token, tag] = [cells[0]!.trim(), cells.at(-1)!.trim()];
  open.tokens.push(token);
  open.tags.push(tag);
  if (token === "") return "has a tag without a token";
  if (cells.length < 2) return `has "${token.slice(0, 40)}" without a tag`;
  return undefined;
}

/** True for tags that mark spans (B-Disease), false for plain ones (NOUN); undefined for a mixture. */
export function areSpanTags(tags: ReadonlySet<string>): boolean | undefined {
  const marking = [...tags].filter((tag) => tag !== "O" && parseTag(tag) !== undefined).length;
  const others = [...tags].filter((tag) => parseTag(tag) === undefined).length;
  if (marking > 0 && others > 0) return undefined;
  return others === 0;
}
