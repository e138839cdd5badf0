import fc from "fast-check";
import { expect, test } from "vitest";
import { SearchError } from "../error.js";
import { median } from "../pruners/median.js";
import { notFinite } from "../pruners/not-finite.js";
import type { Sampler } from "../sampler.js";
import type { Params } from "../space/parameter.js";
import type { Space } from "../space/space.js";
import type { SearchEvent, SearchResult } from "./events.js";
import { memoryJournal } from "./journal.js";
import { isPruned, type Objective } from "./objective.js";
import type { SearchOptions } from "./options.js";
import { search } from "./search.js";

const space: Space = {
  parameters: { x: { kind: "float", min: -5, max: 5 }, y: { kind: "float", min: -5, max: 5 } },
  constraints: [],
};

/** Depends on all that it is told, and on how much that is. */
const sampler: Sampler = {
  name: "test",
  suggest({ number, seed, history, pending }) {
    const known = [...history, ...pending].reduce((sum, { params }) => sum + Number(params.x), 0);
    const values = history.reduce((sum, { values }) => sum + (values[0] ?? 0.1), 0);
    const word = Math.sin(number * 12.9898 + seed + known * 7 + values * 3) * 43758.5453;
    const place = (at: number): number => ((Math.abs(word) * (at + 1)) % 10) - 5;
    return { x: place(0), y: place(1) };
  },
};

const quiet = { space, sampler, seed: 1, trials: 12 } as const;

async function collect(
  options: SearchOptions,
): Promise<{ events: SearchEvent[]; result: SearchResult }> {
  const events: SearchEvent[] = [];
  for await (const event of search(options)) events.push(event);
  const last = events.at(-1)!;
  if (last.type !== "search-end") throw new Error("no end");
  return { events, result: last };
}

const bowl = ({ x, y }: Params): number => Number(x) ** 2 + Number(y) ** 2;

/** Falls to the bowl's value in ten epochs; fails now and then. */
const training =
  (delay: () => Promise<void>): Objective =>
  async (params, { number, report }) => {
    if (number % 11 === 7) throw new Error("diverged");
    for (let step = 1; step <= 10; step++) {
      await delay();
      await report({ step, value: bowl(params) + 10 / step });
    }
    return bowl(params);
  };

test("any number of workers and any order of finishing makes the same trials, prunings and best", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1e6 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
      fc.integer({ min: 16, max: 20 }),
      async (seed, delays, window) => {
        const delay = async (): Promise<void> => {
          const turns = delays.next().value;
          for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done));
        };
        const objective = training(delay);
        const results = [];
        for (const workers of [1, 2, 4, 16]) {
          const options = { space, sampler, pruner: median({ startup: 3 }), objective, window };
          const { events, result } = await collect({ ...options, seed, workers, trials: 48 });
          expect(result.trials.map(({ number }) => number)).toEqual([...Array(48).keys()]);
          expect(events.filter(({ type }) => type === "trial-end")).toHaveLength(48);
          expect(peak(events)).toBeLessThanOrEqual(workers);
          results.push(result);
        }
        for (const result of results) expect(result).toEqual(results[0]);
        const states = new Set(results[0]!.trials.map(({ state }) => state));
        expect([...states].toSorted()).toEqual(["complete", "failed", "pruned"]);
      },
    ),
    { numRuns: 10 },
  );
});

/** The most trials under way at once. */
function peak(events: readonly SearchEvent[]): number {
  let [now, most] = [0, 0];
  for (const { type } of events) {
    if (type === "trial-start") most = Math.max(most, ++now);
    if (type === "trial-end") now--;
  }
  return most;
}

test("a trial knows the trials 0 to n - window, and of those between only that they are out", async () => {
  const asked: [number, number[], number[]][] = [];
  const spy: Sampler = {
    name: "spy",
    suggest({ number, history, pending }) {
      asked.push([number, history.map((each) => each.number), pending.map((each) => each.number)]);
      expect(pending.every((each) => Object.keys(each).join() === "number,params")).toBe(true);
      return { x: number / 10, y: 0 };
    },
  };
  await collect({
    space,
    sampler: spy,
    objective: bowl,
    seed: 0,
    trials: 6,
    window: 3,
    workers: 2,
  });
  expect(asked).toEqual([
    [0, [], []],
    [1, [], [0]],
    [2, [], [0, 1]],
    [3, [0], [1, 2]],
    [4, [0, 1], [2, 3]],
    [5, [0, 1, 2], [3, 4]],
  ]);
});

test("a report of a trial to stop throws and aborts it, and what it does after that is not heard", async () => {
  const heard: unknown[] = [];
  const pruner = {
    name: "at-2",
    prune: ({ reports }: { reports: readonly unknown[] }) =>
      reports.length > 1 ? "enough" : undefined,
  };
  const stubborn: Objective = async (_, { report, signal }) => {
    await report({ step: 1, value: 5 });
    await report({ step: 1, value: 6 });
    await report({ step: 2, value: 4 }).catch((error) =>
      heard.push(isPruned(error), signal.aborted),
    );
    await report({ step: 3, value: 3 }).catch((error) => heard.push(isPruned(error)));
    return 1;
  };
  const careless: Objective = (_, { report }) => {
    void report({ step: 1, value: 5 });
    void report({ step: 2, value: 4 });
    return 1;
  };
  for (const objective of [stubborn, careless]) {
    const { result } = await collect({ ...quiet, pruner, objective, trials: 1 });
    expect(result).toEqual({
      type: "search-end",
      reason: "trials",
      trials: [
        {
          number: 0,
          params: expect.anything(),
          state: "pruned",
          values: [],
          reports: [
            { step: 1, value: 5 },
            { step: 2, value: 4 },
          ],
          reason: "enough",
        },
      ],
      front: [],
    });
  }
  expect(heard).toEqual([true, true, true]);
});

test.each<[string, Objective, string]>([
  [
    "throws",
    () => {
      throw new Error("no memory");
    },
    "no memory",
  ],
  ["is NaN", () => Number.NaN, "its value is NaN"],
  ["gives two values", () => [1, 2], "it gave 2 values for 1 directions"],
  ["gives a word", () => "low" as never, 'it gave "low"; numbers are wanted'],
  [
    "reports infinity",
    async (_, { report }) => {
      await report({ step: 1, value: Number.POSITIVE_INFINITY });
      return 1;
    },
    "its report at step 1 is Infinity",
  ],
  [
    "reports backwards",
    async (_, { report }) => {
      await report({ step: 3, value: 1 });
      await report({ step: 2, value: 1 });
      return 1;
    },
    "its report has step 2 after 3; whole numbers grow, from 1",
  ],
])(
  "an objective that %s has failed, and the search goes on unless told otherwise",
  async (_, bad, reason) => {
    const objective: Objective = (params, context) =>
      context.number === 2 ? bad(params, context) : bowl(params);
    const { result } = await collect({ ...quiet, objective });
    expect(result.trials).toHaveLength(12);
    expect(result.trials[2]).toMatchObject({ state: "failed", values: [], reason });
    const stopped = collect({ ...quiet, objective, onFailure: "stop" });
    await expect(stopped).rejects.toMatchObject({
      code: "trial-failed",
      message: expect.stringContaining(reason),
    });
  },
);

test("what is fatal ends the search, and the trial is made again when it goes on", async () => {
  const journal = memoryJournal();
  const full = new Error("the disk is full");
  const asked = { ...quiet, journal, isFatal: (error: unknown) => error === full };
  const filling: Objective = (params, { number }) => {
    if (number === 3) throw full;
    return bowl(params);
  };
  await expect(collect({ ...asked, objective: filling })).rejects.toBe(full);
  const { result } = await collect({ ...asked, objective: bowl });
  expect(result.trials.map(({ state }) => state)).toEqual(Array(12).fill("complete"));
});

test("a pruner that minds NaN prunes what would have failed", async () => {
  const objective: Objective = async (_, { report }) => {
    await report({ step: 1, value: Number.NaN });
    return 1;
  };
  const { result } = await collect({ ...quiet, objective, pruner: notFinite(), trials: 1 });
  expect(result.trials[0]).toMatchObject({
    state: "pruned",
    reports: [],
    reason: "NaN at step 1 is not finite",
  });
});

test("several objectives have a front and no best", async () => {
  const { result } = await collect({
    ...quiet,
    directions: ["minimize", "maximize"],
    objective: ({ x, y }) => [Math.round(Number(x)), Math.round(Number(y))],
  });
  expect(result.best).toBeUndefined();
  expect(result.front.length).toBeGreaterThan(0);
});

test("a sampler with nothing left ends the search", async () => {
  const short: Sampler = {
    name: "short",
    suggest: ({ number }) => (number < 5 ? { x: 0, y: number } : undefined),
  };
  for (const workers of [1, 4]) {
    const { result, events } = await collect({
      ...quiet,
      sampler: short,
      objective: bowl,
      workers,
    });
    expect(result.trials).toHaveLength(5);
    expect(result.best?.number).toBe(0);
    expect(events.at(-1)).toMatchObject({ reason: "exhausted" });
  }
});

test("a lost worker's trial is given out again, and fails when that happens too often", async () => {
  const objective: Objective = (params, { number, attempt }) => {
    if (number === 3 && attempt < 3) throw new SearchError("worker-lost", "worker 7 was killed");
    if (number === 4) throw new SearchError("worker-lost", "worker 8 was killed");
    return bowl(params);
  };
  const { result, events } = await collect({ ...quiet, objective, workers: 3 });
  const attempts = events.flatMap((event) =>
    event.type === "trial-start" && event.number === 3 ? [event.attempt] : [],
  );
  expect(attempts).toEqual([1, 2, 3]);
  expect(result.trials[3]?.state).toBe("complete");
  expect(result.trials[4]).toMatchObject({ state: "failed", reason: "worker 8 was killed" });
});

test("a time budget starts no more trials, and an abort throws, even if the objective doesn't listen", async () => {
  const slow: Objective = (params) =>
    new Promise((done) => setTimeout(() => done(bowl(params)), 60));
  const { result, events } = await collect({
    ...quiet,
    objective: slow,
    workers: 2,
    timeBudget: 0.1,
  });
  expect(events.at(-1)).toMatchObject({ reason: "time" });
  expect(result.trials.length).toBeGreaterThanOrEqual(2);
  expect(result.trials.length).toBeLessThan(12);

  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const endless: Objective = () => new Promise(() => {});
  await expect(
    collect({ ...quiet, objective: endless, signal: controller.signal }),
  ).rejects.toMatchObject({ code: "aborted" });
  await expect(
    collect({ ...quiet, objective: endless, signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ code: "aborted" });
});

test("leaving the loop ends the trials under way", async () => {
  let aborted = 0;
  const objective: Objective = (_, { signal }) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => {
        aborted++;
        reject(signal.reason);
      }),
    );
  for await (const event of search({ ...quiet, objective, workers: 4 })) {
    if (event.type === "trial-start" && event.number === 3) break;
  }
  expect(aborted).toBe(4);
});

test.each([
  [{ workers: 17 }, "workers is 17, more than window 16"],
  [{ trials: -1 }, "trials is -1."],
  [{ seed: 0.5 }, "seed is 0.5."],
  [{ timeBudget: 0 }, "timeBudget is 0."],
  [{ directions: ["up"] as never }, 'directions is ["up"].'],
  [{ sampler: { name: "wild", suggest: () => ({ x: 9, y: 0 }) } }, "wild suggests"],
])("%j is refused by name", async (wrong, message) => {
  await expect(collect({ ...quiet, objective: bowl, ...wrong })).rejects.toThrow(message);
});
