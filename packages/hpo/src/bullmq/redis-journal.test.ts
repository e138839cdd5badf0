import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { random } from "../samplers/random.js";
import type { SearchEvent } from "../search/events.js";
import type { SearchOptions } from "../search/options.js";
import { search } from "../search/search.js";
import type { Space } from "../space/space.js";
import { hasRedis, type RedisServer, startRedis } from "../testing/redis-server.js";
import { readRedisJournal, redisJournal } from "./redis-journal.js";

const space: Space = { parameters: { x: { kind: "float", min: -5, max: 5 } }, constraints: [] };
const base = {
  ...{ space, sampler: random(), seed: 2, trials: 12, window: 4, workers: 2 },
  objective: async ({ x }: { readonly x?: unknown }) => {
    await new Promise((done) => setTimeout(done, 5));
    return Number(x) ** 2;
  },
} satisfies SearchOptions;

async function eventsOf(options: Partial<SearchOptions>): Promise<readonly SearchEvent[]> {
  const events: SearchEvent[] = [];
  for await (const event of search({ ...base, ...options } as SearchOptions)) events.push(event);
  return events;
}

describe.skipIf(!hasRedis)("a journal in Redis (needs redis-server)", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());
  const place = (name: string) => ({ connection: redis.address, search: name });

  test("two searchers share one, each trial once, and it outlives them", async () => {
    const journal = redisJournal(place("shared"));
    const [first, second] = await Promise.all([eventsOf({ journal }), eventsOf({ journal })]);
    const alone = (await eventsOf({})).at(-1);
    expect(first.at(-1)).toEqual(alone);
    expect(second.at(-1)).toEqual(alone);
    const here = [...first, ...second].filter((e) => e.type === "trial-end" && e.from === "here");
    expect(here).toHaveLength(12);
    const kept = await readRedisJournal(place("shared"));
    expect({ ...alone, ...kept }).toMatchObject(alone as object);
    const more = await eventsOf({ journal, trials: 14 });
    expect(more.filter(({ type }) => type === "trial-start")).toHaveLength(2);
  });

  test("another search of the name is refused, and so is what is no search", async () => {
    const journal = redisJournal(place("one"));
    await eventsOf({ journal, trials: 2 });
    await expect(eventsOf({ journal, seed: 3 })).rejects.toThrow(
      "graft-journal:one keeps a search with seed 2",
    );
    await expect(readRedisJournal(place("none"))).rejects.toMatchObject({
      code: "journal-corrupt",
    });
    const client = new Redis(redis.address);
    await client.rpush("graft-journal:other", "a line");
    await expect(readRedisJournal(place("other"))).rejects.toThrow("holds what is no record");
    client.disconnect();
  });

  test("records that Redis loses while it is searched are missed", async () => {
    const client = new Redis(redis.address);
    const losing = async () => {
      await client.ltrim("graft-journal:losing", 0, 3);
      return 1;
    };
    const journal = redisJournal(place("losing"));
    await expect(eventsOf({ journal, objective: losing })).rejects.toThrow("has lost records");
    client.disconnect();
  });
});
