import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { disturb } from "../../kills/disturb.js";
import { undisturbed } from "../../kills/undisturbed.js";

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
