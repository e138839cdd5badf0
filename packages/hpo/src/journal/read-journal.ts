import type { SearchResult } from "../search/events.js";
import type { SearchHeader } from "../search/journal.js";
import { resultOf } from "../search/result.js";
import { corrupt, type Lines, openLines } from "./line-file.js";
import { applyRecord, emptyReplay, type JournalRecord } from "./records.js";

/** A search as its journal has it. */
export type KeptSearch = SearchResult & { readonly header: SearchHeader };

/** A search as its journal has it, running or not. Throws `journal-corrupt` where a file is none. */
export async function readJournal(path: string): Promise<KeptSearch> {
  return await searchIn(await openLines(path, "read"), path);
}

/** Reads lines to their end, and closes them. */
export async function searchIn(lines: Lines, path: string): Promise<KeptSearch> {
  try {
    const replay = emptyReplay();
    const records = (await lines.readNew()) as readonly JournalRecord[];
    for (const record of records) applyRecord(replay, record, 0);
    const { header, ended } = replay;
    if (!header) throw corrupt(path, "keeps no search yet. Give another.");
    return { header, ...resultOf([...ended.values()], header.directions) };
  } finally {
    await lines.close();
  }
}
