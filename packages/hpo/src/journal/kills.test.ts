import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { disturb } from "../../kills/disturb.js";
import { undisturbed } from "../../kills/undisturbed.js";
import { hasRedis, startRedis } from "../testing/redis-server.js";

// Many more: pnpm --filter @graft-ml/hpo run kills --count 200
test("a search whose processes and workers are killed ends as one that nothing happened to", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-kills-"));
  const setting = {
    path: join(folder, "search.jsonl"),
    seed: 11,
    processes: 2,
    workers: 1,
    kills: 3,
  };
  const end = await disturb({ ...setting, expected: await undisturbed(11) });
  expect(end).toMatchObject({ faults: [] });
  expect(end.kills + end.workerKills).toBe(3);
  await rm(folder, { recursive: true });
}, 180_000);

test.skipIf(!hasRedis)(
  "a search whose processes, queue's workers and Redis are killed ends as one that nothing happened to (needs redis-server)",
  async () => {
    const redis = await startRedis();
    const queue = { address: redis.address, name: "search-12" };
    const setting = { redis, queue, seed: 12, processes: 2, workers: 8, kills: 4 };
    const end = await disturb({ ...setting, expected: await undisturbed(12) });
    await redis.remove();
    expect(end).toMatchObject({ faults: [] });
    expect(end.kills + end.workerKills + end.redisKills).toBeGreaterThan(0);
  },
  180_000,
);
