import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  hasRedis,
  type RedisServer,
  startRedis,
} from "../../../../packages/hpo/src/testing/redis-server.js";
import { graft, lines, makeBackbone, makePictures, scratchFolder, start } from "../testing.js";

describe.skipIf(!hasRedis)("workers of a queue (needs redis-server)", () => {
  let folder = "";
  let pictures = "";
  let backbone = "";
  let remove: () => Promise<void>;
  let redis: RedisServer;
  const at = (...names: string[]): string => join(folder, ...names);
  beforeAll(async () => {
    ({ folder, remove } = await scratchFolder());
    redis = await startRedis();
    pictures = await makePictures(at("pictures"), 6);
    backbone = await makeBackbone(at("backbone"));
  });
  afterAll(async () => {
    await redis.remove();
    await remove();
  });

  const search = (out: string, ...more: readonly string[]) => [
    ...["tune", pictures, "--backbone", backbone, "--device", "cpu", "--batch-size", "8"],
    ...["--strategy", "probe", "--epochs", "4", "--param", "lr=1e-4..1e-1:log"],
    ...["--sampler", "random", "--no-retrain", "--json", "--trials", "6"],
    ...["--pruner", "percentile:50", "--window", "2", "--out", at(out), ...more],
  ];
  const worker = (...more: readonly string[]) =>
    start(["worker", "--queue", redis.address, "--json", ...more]);

  test("make the trials that the search makes alone, from data that lie elsewhere, and stop gently", async () => {
    const alone = await graft(search("alone"));
    expect(alone.code).toBe(0);
    await cp(pictures, at("elsewhere"), { recursive: true });
    const one = worker("--name", "one", "--alive", at("alive"));
    const two = worker("--data", at("elsewhere"));
    const queued = await graft(search("queued", "--queue", redis.address));
    expect([queued.code, queued.stderr]).toEqual([0, ""]);
    expect(await readFile(at("queued", "trials.csv"), "utf8")).toBe(
      await readFile(at("alone", "trials.csv"), "utf8"),
    );
    expect(await readdir(folder)).toContain("alive");
    one.kill("SIGTERM");
    two.kill("SIGINT");
    const ends = await Promise.all([one.ended, two.ended]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const events = ends.flatMap(({ stdout }) => lines(stdout));
    expect(events).toContainEqual({
      ...{ type: "worker-start", name: "one", queue: "graft", concurrency: 1 },
    });
    expect(events.filter(({ type }) => type === "trial-end")).toHaveLength(6);
  }, 240_000);

  test("take trials on by rounds as the search does alone", async () => {
    // Of an option that is given twice the last counts.
    const byRounds = ["--pruner", "rounds", "--trials", "4"];
    const alone = await graft(search("rounds-alone", ...byRounds));
    expect([alone.code, alone.stderr]).toEqual([0, ""]);
    const workers = [worker(), worker()];
    const queued = await graft(search("rounds", ...byRounds, "--queue", redis.address));
    expect([queued.code, queued.stderr]).toEqual([0, ""]);
    for (const each of workers) each.kill("SIGTERM");
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    const events = ends.flatMap(({ stdout }) => lines(stdout));
    // Four to epoch 1, two of them to 2, one of these to 4, each from where it was.
    expect(events.filter(({ type }) => type === "trial-end")).toHaveLength(7);
    expect(events.filter(({ type }) => type === "trial-note")).toEqual([]);
    expect(await readFile(at("rounds", "trials.csv"), "utf8")).toBe(
      await readFile(at("rounds-alone", "trials.csv"), "utf8"),
    );
    expect(await readdir(at("rounds"))).not.toContain("checkpoints");
  }, 240_000);

  test("a worker without the data ends, says so, and fails no trial", async () => {
    const searching = start(search("kept", "--queue", redis.address));
    const lacking = await worker("--data", at("nowhere")).ended;
    expect(lacking.code).toBe(1);
    expect(lacking.stderr).toMatch(/nowhere/);
    const good = worker();
    expect((await searching.ended).code).toBe(0);
    good.kill("SIGTERM");
    await good.ended;
    expect(await readFile(at("kept", "trials.csv"), "utf8")).not.toMatch(/failed/);
  }, 240_000);

  test("what can't be meant is refused", async () => {
    const refused = async (...args: readonly string[]) => (await graft(args)).stderr;
    expect(await refused("worker", "--queue", "localhost:6379")).toMatch(
      /^error: --queue localhost:6379 is no address of Redis\./,
    );
    expect(await refused("worker", "--queue", "redis://:secret@localhost")).toMatch(
      /^error: --queue holds a password\. Give it by GRAFT_QUEUE_PASSWORD/,
    );
    expect(await refused(...search("no", "--queue", redis.address, "--workers", "2"))).toMatch(
      /^error: --workers is for graft worker/,
    );
  }, 180_000);
});
