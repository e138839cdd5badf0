import type { Redis } from "ioredis";
import { checkLease, type FileJournalOptions } from "../journal/file-journal.js";
import { joinJournal } from "../journal/join-journal.js";
import { decodeLine, encodeLine } from "../journal/line.js";
import { corrupt, type Lines } from "../journal/line-file.js";
import { type KeptSearch, searchIn } from "../journal/read-journal.js";
import type { Journal } from "../search/journal.js";
import { BEGINNING, connect, type RedisAddress, shownAddress } from "./connect.js";
import { checkName } from "./names.js";

/** Where a journal in Redis is, and how it is shared. */
export type RedisJournalOptions = FileJournalOptions & {
  readonly connection: RedisAddress;
  /** The name of the search. */
  readonly search: string;
};

/**
 * A journal as a list in Redis, of the same records as a file has: for searchers on several machines, or without a
 * disk. It lasts as long as what Redis keeps: nothing is lost with `appendfsync always`, and with `everysec` the
 * last second where the machine fails.
 */
export function redisJournal({ connection, search, lease = 60 }: RedisJournalOptions): Journal {
  checkName("search", search);
  checkLease(lease);
  return {
    async open(header) {
      const { lines, path } = await openList(connection, search);
      try {
        return await joinJournal({ path, lease: lease * 1000, lines, header });
      } catch (error) {
        await lines.close();
        throw error;
      }
    },
  };
}

/** A search as its journal in Redis has it, running or not. Throws `journal-corrupt` where there is none. */
export async function readRedisJournal({
  connection,
  search,
}: Pick<RedisJournalOptions, "connection" | "search">): Promise<KeptSearch> {
  checkName("search", search);
  const { lines, path } = await openList(connection, search);
  return await searchIn(lines, path);
}

type List = { readonly lines: Lines; readonly path: string };

async function openList(connection: RedisAddress, search: string): Promise<List> {
  const client = await connect(connection, { tell: () => {}, patience: BEGINNING });
  const key = `graft-journal:${search}`;
  const path = `${shownAddress(connection)} ${key}`;
  return { lines: linesOf(client, key, path), path };
}

function linesOf(client: Redis, key: string, path: string): Lines {
  const read = readerOf(client, key, path);
  return {
    async append(record) {
      // With Redis away nobody can be told of a leave, and need not be: silence says the same.
      if ("type" in record && record.type === "leave" && client.status !== "ready") return;
      await client.rpush(key, encodeLine(record).toString().trim());
    },
    readNew: async () =>
      (await read()).map((line) => {
        const record = decodeLine(line);
        if (record !== undefined) return record;
        throw corrupt(path, "holds what is no record. Give another name.");
      }),
    close: async () => client.disconnect(),
  };
}

/** Reads what was added since the last time. */
function readerOf(client: Redis, key: string, path: string): () => Promise<readonly string[]> {
  let count = 0;
  let last: string | undefined;
  return async () => {
    // The last one that is known comes again: Redis may have lost what it was told.
    const lines = await client.lrange(key, Math.max(0, count - 1), -1);
    if (last !== undefined && lines.shift() !== last) {
      throw corrupt(path, "has lost records. Search again to go on from those it has.");
    }
    count += lines.length;
    last = lines.at(-1) ?? last;
    return lines;
  };
}
