import { SearchError } from "../error.js";
import type { Journal } from "../search/journal.js";
import { joinJournal } from "./join-journal.js";
import { openLines } from "./line-file.js";

/** How a journal is shared. */
export type FileJournalOptions = {
  /**
   * Seconds of silence after which a process on another host is taken for dead and its trials are given out
   * again; three times as long as the pause between its signs of life. Default 60.
   */
  readonly lease?: number;
};

/**
 * A journal in a file that only grows: a JSON line with a checksum for each thing that happened, on the disk
 * before the search goes on. It may be killed at any moment, and several processes may search with one journal
 * at once, where the file system appends atomically (local ones do, NFS doesn't).
 */
export function fileJournal(path: string, { lease = 60 }: FileJournalOptions = {}): Journal {
  checkLease(lease);
  return {
    async open(header) {
      const lines = await openLines(path, "write");
      try {
        return await joinJournal({ path, lease: lease * 1000, lines, header });
      } catch (error) {
        await lines.close();
        throw error;
      }
    },
  };
}

/** Throws `config-invalid`. */
export function checkLease(lease: number): void {
  if (lease > 0 && lease < 1e6) return;
  throw new SearchError("config-invalid", `lease is ${lease}. Give seconds above 0.`);
}
