import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { median } from "../pruners/median.js";
import { random } from "../samplers/random.js";
import type { SearchOptions } from "../search/options.js";
import { search } from "../search/search.js";
import type { Space } from "../space/space.js";
import { objective } from "../testing/worker-objectives.js";
import { type WorkerPool, type WorkerPoolOptions, workerPool } from "./worker-pool.js";

const typescript = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const module = new URL("../testing/worker-objectives.ts", import.meta.url);

// Each worker compiles its modules, which takes long where cores are few.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const pools: WorkerPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

async function open(options: Partial<WorkerPoolOptions> = {}): Promise<WorkerPool> {
  const pool = await workerPool({
    module,
    count: 1,
    nodeArguments: ["--import", typescript],
    ...options,
  });
  pools.push(pool);
  return pool;
}

const space: Space = { parameters: { x: { kind: "float", min: -5, max: 5 } }, constraints: [] };

async function trialsOf(options: Partial<SearchOptions> & Pick<SearchOptions, "objective">) {
  const base = { space, sampler: random(), seed: 2, trials: 3 };
  for await (const event of search({ ...base, ...options })) {
    if (event.type === "search-end") return event.trials;
  }
  throw new Error("The search had no end.");
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("processes make the trials that one thread makes, prunings too", async () => {
  const options = { pruner: median({ startup: 3 }), trials: 40, window: 8 };
  const pool = await open({ count: 3 });
  const apart = await trialsOf({ ...options, objective: pool.objective, workers: 3 });
  expect(apart).toEqual(await trialsOf({ ...options, objective: objective as never }));
  expect(new Set(apart.map(({ state }) => state))).toEqual(new Set(["complete", "pruned"]));
});

test("a worker is told its threads, is used again, and ends with its pool", async () => {
  const pool = await open({ name: "told", threads: 3 });
  const directions = ["minimize", "minimize", "minimize", "minimize"] as const;
  const trials = await trialsOf({ objective: pool.objective, directions });
  const [threads, environment, attempt, pid] = trials[0]!.values;
  expect([threads, environment, attempt]).toEqual([3, 3, 1]);
  expect(new Set(trials.map(({ values }) => values[3])).size).toBe(1);
  expect(isAlive(pid!)).toBe(true);
  await pool.close();
  expect(isAlive(pid!)).toBe(false);
});

test.skipIf(process.platform === "win32")(
  "a trial that takes more than its memory has failed, and no other",
  async () => {
    const pool = await open({ name: "greedy", memory: 300 });
    const trials = await trialsOf({ objective: pool.objective });
    expect(trials.map(({ state }) => state)).toEqual(["complete", "failed", "complete"]);
    expect(trials[1]!.reason).toBe("it took more than its 300 MiB of memory");
  },
);

test("a worker is told its place in a round, and what it notes is heard", async () => {
  const pool = await open({ name: "placed" });
  const context = { number: 3, attempt: 1, signal: new AbortController().signal };
  const notes: string[] = [];
  const value = await pool.objective(
    {},
    {
      ...{ ...context, report: async () => {}, note: (text: string) => notes.push(text) },
      ...{ resource: 6, begun: 2, origin: 9 },
    },
  );
  expect([value, notes]).toEqual([[6, 2, 9], ["from 2 to 6"]]);
});

test("a trial whose worker is lost is given out again", async () => {
  const pool = await open({ name: "dying" });
  const trials = await trialsOf({ objective: pool.objective, retries: 1, trials: 4 });
  expect(trials.map(({ state }) => state)).toEqual(["complete", "complete", "failed", "complete"]);
  expect(trials[2]!.reason).toBe("its worker ended with SIGKILL");
});

test("what goes wrong in a worker is told as it is here", async () => {
  const pool = await open({ name: "failing" });
  const trials = await trialsOf({ objective: pool.objective });
  expect(trials.map(({ reason }) => reason)).toEqual([
    "no such layer",
    "its value is NaN",
    "its report at step 1 is NaN",
  ]);
});

test.each(["patient", "deaf"])("an abort ends a %s trial", async (name) => {
  const pool = await open({ name, grace: 0.3 });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  const aborted = trialsOf({ objective: pool.objective, signal: controller.signal });
  await expect(aborted).rejects.toMatchObject({ code: "aborted" });
  await pool.close();
});

test("a module without the objective is told at once", async () => {
  await expect(open({ name: "notOne" })).rejects.toThrow(
    "gives no objective named notOne: it exports ",
  );
  const absent = new URL("./absent.ts", import.meta.url);
  await expect(open({ module: absent })).rejects.toMatchObject({ code: "config-invalid" });
  await expect(open({ count: 0 })).rejects.toThrow("count is 0.");
  await expect(open({ memory: -1 })).rejects.toThrow("memory is -1.");
});
