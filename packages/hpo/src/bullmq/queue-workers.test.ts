import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { median } from "../pruners/median.js";
import { random } from "../samplers/random.js";
import type { Objective } from "../search/objective.js";
import type { SearchOptions } from "../search/options.js";
import { search } from "../search/search.js";
import type { Space } from "../space/space.js";
import { hasRedis, type RedisServer, startRedis } from "../testing/redis-server.js";
import type { WorkerObjective } from "../workers/worker-pool.js";
import { type QueueWorkersOptions, queueWorkers } from "./queue-workers.js";
import type { ServeOptions } from "./serve-options.js";
import { serveTrials, type WorkerEvent } from "./serve-trials.js";

const typescript = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

vi.setConfig({ testTimeout: 120_000 });

const space: Space = { parameters: { x: { kind: "float", min: -5, max: 5 } }, constraints: [] };
const base = { space, sampler: random(), seed: 2, trials: 4 } as const;

/** Falls to x squared in four epochs. */
const falling: Objective = async ({ x }, { report }) => {
  for (let step = 1; step <= 4; step++) await report({ step, value: Number(x) ** 2 + 1 / step });
  return Number(x) ** 2;
};

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

async function trialsOf(options: Partial<SearchOptions> & Pick<SearchOptions, "objective">) {
  for await (const event of search({ ...base, ...options })) {
    if (event.type === "search-end") return event.trials;
  }
  throw new Error("The search had no end.");
}

describe.skipIf(!hasRedis)("a queue (needs redis-server)", () => {
  let redis: RedisServer;
  let count = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());
  const fresh = () => `queue-${++count}`;

  const open = (queue: string, more: Partial<QueueWorkersOptions> = {}) =>
    queueWorkers({ connection: redis.address, queue, search: "one", ...more });

  /** Serves a queue here; `stop` gives all that was told. */
  function serve(queue: string, options: Partial<ServeOptions> = {}) {
    const stopping = new AbortController();
    const events: WorkerEvent[] = [];
    const given = { connection: redis.address, queue, lease: 1, signal: stopping.signal };
    const objective = options.module ? {} : { objective: falling as WorkerObjective };
    const ended = (async () => {
      for await (const event of serveTrials({ ...given, ...objective, ...options })) {
        events.push(event);
      }
    })();
    ended.catch(() => {});
    return {
      events,
      ended,
      has: (type: WorkerEvent["type"]) =>
        vi.waitFor(() => expect(events.map((event) => event.type)).toContain(type), {
          timeout: 20_000,
        }),
      async stop() {
        stopping.abort();
        await ended;
        return events;
      },
    };
  }

  test("workers of a queue make the trials that one thread makes, prunings too", async () => {
    const queue = fresh();
    const options = { pruner: median({ startup: 3 }), trials: 40, window: 8 };
    const away = await open(queue);
    const workers = [serve(queue, { concurrency: 2 }), serve(queue)];
    const apart = await trialsOf({ ...options, objective: away.objective, workers: 8 });
    await away.close();
    for (const each of workers) await each.stop();
    expect(apart).toEqual(await trialsOf({ ...options, objective: falling }));
    expect(new Set(apart.map(({ state }) => state))).toEqual(new Set(["complete", "pruned"]));
    const runs = workers.flatMap(({ events }) => events.filter(({ type }) => type === "trial-end"));
    expect(runs).toHaveLength(40);
  });

  test("what goes wrong at a worker is told as it is here", async () => {
    const objective: WorkerObjective = async (_, { number, report }) => {
      if (number === 0) throw new TypeError("no such layer");
      if (number === 1) return Number.NaN;
      if (number === 2) return "three" as never;
      await report({ step: 1, value: Number.NaN });
      return 0;
    };
    const queue = fresh();
    const away = await open(queue);
    const worker = serve(queue, { objective });
    const trials = await trialsOf({ objective: away.objective });
    await Promise.all([away.close(), worker.stop()]);
    expect(trials).toEqual(await trialsOf({ objective: objective as Objective }));
    expect(trials.map(({ state }) => state)).toEqual(Array(4).fill("failed"));
  });

  test("an abort calls off what runs and takes back what waits", async () => {
    const queue = fresh();
    const away = await open(queue);
    let calledOff: unknown;
    const objective: WorkerObjective = (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          calledOff = signal.reason;
          // As a training that ends its step; meanwhile the search takes back what waits.
          setTimeout(() => reject(signal.reason), 500);
        });
      });
    const worker = serve(queue, { objective });
    const controller = new AbortController();
    const aborted = trialsOf({
      objective: away.objective,
      workers: 2,
      signal: controller.signal,
    });
    await worker.has("trial-start");
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "aborted" });
    await worker.has("trial-end");
    await away.close();
    const events = await worker.stop();
    expect(calledOff).toMatchObject({ code: "aborted" });
    expect(events.filter(({ type }) => type === "trial-start")).toHaveLength(1);
  });

  test("what a search is told beside its parameters reaches its trials", async () => {
    const queue = fresh();
    const away = await open(queue, { task: { weight: 3 } });
    const worker = serve(queue, {
      objective: (_, { task, threads }) => (task as { weight: number }).weight * threads,
      threads: 2,
    });
    const trials = await trialsOf({ objective: away.objective, trials: 1 });
    await Promise.all([away.close(), worker.stop()]);
    expect(trials[0]!.values).toEqual([6]);
  });

  test("a trial is told its place in a round, another round is another job, and notes are heard", async () => {
    const queue = fresh();
    const away = await open(queue);
    const worker = serve(queue, {
      objective: (_, { resource = 0, begun = 0, origin = 0, note }) => {
        note?.(`from ${begun}`);
        return [resource, begun, origin];
      },
    });
    const context = { number: 0, attempt: 1, signal: new AbortController().signal };
    const given = { ...context, report: async () => {}, origin: 5 };
    const first = await away.objective({ x: 1 }, { ...given, begun: 0, resource: 2 });
    const second = await away.objective({ x: 1 }, { ...given, begun: 2, resource: 4 });
    await Promise.all([away.close(), worker.stop()]);
    expect([first, second]).toEqual([
      [2, 0, 5],
      [4, 2, 5],
    ]);
    expect(
      worker.events.flatMap((event) => (event.type === "trial-note" ? [event.text] : [])),
    ).toEqual(["from 0", "from 2"]);
  });

  test("a stopped worker gives back what it runs, and another goes on with it", async () => {
    const queue = fresh();
    const away = await open(queue);
    const slow: WorkerObjective = async (_, { report }) => {
      await report({ step: 1, value: 3 });
      await report({ step: 2, value: 2 });
      await pause(60_000);
      return 0;
    };
    const first = serve(queue, { objective: slow, farewell: 0.2 });
    const told: number[] = [];
    const searching = (async () => {
      for await (const event of search({ ...base, trials: 1, objective: away.objective })) {
        if (event.type === "trial-report") told.push(event.value);
        if (event.type === "search-end") return event.trials;
      }
      return [];
    })();
    await vi.waitFor(() => expect(told).toEqual([3, 2]));
    expect((await first.stop()).at(-2)).toMatchObject({ type: "trial-end", state: "returned" });
    const second = serve(queue, {
      objective: async (_, { report, attempt }) => {
        for (let step = 2; step <= 3; step++) await report({ step, value: 4 - step });
        return attempt;
      },
    });
    const [trial] = await searching;
    expect(trial).toMatchObject({ state: "complete", values: [1] });
    expect(trial!.reports.map(({ value }) => value)).toEqual([3, 2, 1]);
    await Promise.all([away.close(), second.stop()]);
  });

  test("a worker that gives no sign of life loses its trial, which fails when that goes on", async () => {
    const queue = fresh();
    const away = await open(queue);
    // Its pulse stands still for longer than the lease, as one does that is gone.
    const objective: WorkerObjective = async (_, { number, attempt }) => {
      if (number === 2 || (number === 1 && attempt === 1)) {
        const until = performance.now() + 1500;
        while (performance.now() < until);
      }
      return attempt;
    };
    const workers = [serve(queue, { objective, lease: 0.5 })];
    const trials = await trialsOf({ objective: away.objective, retries: 1 });
    await Promise.all([away.close(), ...workers.map((each) => each.stop())]);
    expect(trials.map(({ state }) => state)).toEqual([
      "complete",
      "complete",
      "failed",
      "complete",
    ]);
    expect(trials[1]!.values).toEqual([2]);
    expect(trials[2]!.reason).toMatch("its worker in the queue was lost: ");
  });

  test("a searcher that comes back takes what has ended meanwhile, and nothing runs twice", async () => {
    const queue = fresh();
    const gone = await open(queue);
    const context = {
      number: 0,
      attempt: 1,
      signal: new AbortController().signal,
      report: async () => {},
    };
    // As a killed process leaves it: asked, and never answered.
    void Promise.resolve(gone.objective({ x: 2 }, context)).catch(() => {});
    const worker = serve(queue, {
      objective: async (params, context) => {
        await pause(300);
        return await falling(params, context);
      },
    });
    await worker.has("trial-start");
    const back = await open(queue);
    const reports: number[] = [];
    const value = await back.objective(
      { x: 2 },
      { ...context, attempt: 2, report: async ({ value }) => void reports.push(value) },
    );
    expect(value).toBe(4);
    expect(reports).toHaveLength(4);
    // Once more after its end: the result is still there, until it is forgotten.
    expect(await back.objective({ x: 2 }, { ...context, attempt: 3 })).toBe(4);
    await back.forget();
    const client = new Redis(redis.address);
    expect(await client.keys(`*${queue}*one*`)).toEqual([]);
    client.disconnect();
    await Promise.all([gone.close(), back.close()]);
    const events = await worker.stop();
    expect(events.filter(({ type }) => type === "trial-start")).toHaveLength(1);
  });

  test("another version is refused by name, at both ends", async () => {
    const queue = fresh();
    const away = await open(queue, { version: "1.2.0" });
    const worker = serve(queue, { version: "1.3.0" });
    await expect(worker.ended).rejects.toThrow(
      `Queue ${queue} works with version 1.2.0 (form 2), and this is version 1.3.0 (form 2).`,
    );
    await expect(open(queue, { version: "1.3.0" })).rejects.toMatchObject({
      code: "search-mismatch",
    });
    await away.close();
  });

  test("a worker that doesn't accept a task ends, and another runs its trial", async () => {
    const queue = fresh();
    const away = await open(queue, { task: { data: "pictures" } });
    const accept = async () => {
      throw new Error("pictures is not there");
    };
    const lacking = serve(queue, { accept });
    const searching = trialsOf({ objective: away.objective });
    await expect(lacking.ended).rejects.toThrow("pictures is not there");
    const worker = serve(queue, { accept: () => {} });
    expect(await searching).toEqual(await trialsOf({ objective: falling }));
    await Promise.all([away.close(), worker.stop()]);
  });

  test("a Redis that loses everything costs the trials under way an attempt", async () => {
    const queue = fresh();
    const away = await open(queue);
    const attempts: number[] = [];
    const worker = serve(queue, {
      objective: async (params, context) => {
        attempts.push(context.attempt);
        await pause(500);
        return await falling(params, context);
      },
    });
    const searching = trialsOf({ objective: away.objective, trials: 2 });
    await worker.has("trial-start");
    const client = new Redis(redis.address);
    await client.flushall();
    client.disconnect();
    expect(await searching).toEqual(await trialsOf({ objective: falling, trials: 2 }));
    expect(attempts).toEqual([1, 2, 1]);
    await Promise.all([away.close(), worker.stop()]);
  });

  test("Redis killed and started again is waited for, and told once", async () => {
    const queue = fresh();
    const away = await open(queue);
    const worker = serve(queue, {
      concurrency: 2,
      lease: 20,
      objective: async (params, context) => {
        await pause(30);
        return await falling(params, context);
      },
    });
    const told: string[] = [];
    const listening = (async () => {
      for await (const { type } of away.events()) told.push(type);
    })();
    const options = { pruner: median({ startup: 3 }), trials: 40, window: 4 };
    const ends: number[] = [];
    const searching = (async () => {
      for await (const event of search({
        ...base,
        ...options,
        objective: away.objective,
        workers: 4,
      })) {
        if (event.type === "trial-end") ends.push(event.trial.number);
        if (event.type === "search-end") return event.trials;
      }
      return [];
    })();
    await vi.waitFor(() => expect(ends.length).toBeGreaterThan(8), { timeout: 20_000 });
    await redis.kill();
    await pause(500);
    const before = ends.length;
    expect(before).toBeLessThan(40);
    await redis.start();
    expect(await searching).toEqual(await trialsOf({ ...options, objective: falling }));
    const events = await worker.stop();
    await away.close();
    await listening;
    expect(told.filter((type) => type !== "workers-change")).toEqual(["queue-lost", "queue-back"]);
    expect(events.filter(({ type }) => type.startsWith("queue"))).toMatchObject([
      { type: "queue-lost", reason: expect.any(String) },
      { type: "queue-back" },
    ]);
  });

  test("what can't be meant is refused", async () => {
    await expect(
      queueWorkers({ connection: "http://a:b@c", queue: "q", search: "s" }),
    ).rejects.toThrow('"http://c" is no address of Redis');
    await expect(open(fresh(), { connection: "/nowhere/redis.sock" })).rejects.toThrow(
      /^Redis at \/nowhere\/redis.sock is not there: connect ENOENT/,
    );
    await expect(open("a:b")).rejects.toThrow('queue is "a:b".');
    await expect(serve(fresh(), { concurrency: 0 }).ended).rejects.toThrow("concurrency is 0.");
    await expect(serve(fresh(), { memory: 100 }).ended).rejects.toThrow("memory is 100 MiB");
    const absent = new URL("./absent.ts", import.meta.url);
    const nodeArguments = ["--import", typescript];
    await expect(serve(fresh(), { module: absent, nodeArguments }).ended).rejects.toThrow(
      "gives no objective",
    );
  });
});
