import { expect, test } from "vitest";
import { grid } from "../samplers/grid.js";
import { memoryJournal } from "../search/journal.js";
import { choice, space } from "../space/build.js";
import {
  halvingRounds,
  type RoundsEvent,
  type RoundsOptions,
  type RoundsResult,
} from "./rounds.js";

const searched = space({ rate: choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) });
type Options = RoundsOptions<typeof searched>;

const options: Options = {
  space: searched,
  sampler: grid(),
  seed: 1,
  trials: 12,
  minResource: 2,
  maxResource: 20,
  reduction: 3,
  // The nearer to 7 the better, and all get better as they go.
  objective: ({ rate }, { resource }) => Math.abs(rate - 7) + 1 / resource,
};

async function collect(given: Options): Promise<{ events: RoundsEvent[]; result: RoundsResult }> {
  const running = halvingRounds(given);
  const events: RoundsEvent[] = [];
  for (;;) {
    const { done, value } = await running.next();
    if (done) return { events, result: value };
    events.push(value);
  }
}

test("each round takes the best third three times as far, and the last goes to the end", async () => {
  const told: number[][] = [];
  const { events, result } = await collect({
    ...options,
    objective: (params, context) => {
      const { resource, begun, origin } = context;
      told.push([origin, params.rate, begun, resource]);
      return options.objective(params, context);
    },
  });
  const starts = events.filter(({ type }) => type === "round-start");
  const second = told.slice(12, 16).map(([origin]) => origin);
  expect(starts).toEqual([
    { type: "round-start", round: 0, resource: 2, trials: 12, origins: [] },
    { type: "round-start", round: 1, resource: 6, trials: 4, origins: second },
    { type: "round-start", round: 2, resource: 18, trials: 1, origins: second.slice(0, 1) },
    { type: "round-start", round: 3, resource: 20, trials: 1, origins: second.slice(0, 1) },
  ]);
  const origin = told.find(([, rate]) => rate === 7)![0];
  expect(told.slice(12, 16).map(([, , ...rest]) => rest)).toEqual(Array(4).fill([2, 6]));
  expect(told.slice(16)).toEqual([
    [origin, 7, 6, 18],
    [origin, 7, 18, 20],
  ]);
  expect(result.best).toEqual({ origin, params: { rate: 7 }, value: 1 / 20 });
  expect(result.rounds.map(({ resource }) => resource)).toEqual([2, 6, 18, 20]);
  // Events and results name trials as the first round did.
  const ends = events.flatMap((event) =>
    event.type === "trial-end" && event.round === 1 ? [event.trial.number] : [],
  );
  expect(ends).toEqual(second);
  expect(result.rounds[1]!.trials.map(({ number }) => number)).toEqual(second.toSorted(ascending));
});

const ascending = (a = 0, b = 0): number => a - b;

test("any number of workers makes the same rounds", async () => {
  const slow: Options["objective"] = async (params, context) => {
    await new Promise((resolve) => setTimeout(resolve, (params.rate * 7) % 5));
    return options.objective(params, context);
  };
  const alone = await collect(options);
  const four = await collect({ ...options, objective: slow, workers: 4, window: 12 });
  const alike = await collect({ ...options, window: 12 });
  expect(four.result).toEqual(alike.result);
  expect(four.result.best).toEqual(alone.result.best);
});

test("what was stopped goes on where its rounds are kept, and failed trials go no further", async () => {
  const journals = [0, 1, 2, 3].map(() => memoryJournal());
  const full = new Error("the disk is full");
  const kept: Options = {
    ...options,
    journal: (round) => journals[round]!,
    isFatal: (error) => error === full,
  };
  const stopping: Options["objective"] = (params, context) => {
    if (params.rate === 7 && context.begun > 2) throw full;
    if (params.rate === 6) throw new Error("no such rate");
    return options.objective(params, context);
  };
  await expect(collect({ ...kept, objective: stopping })).rejects.toBe(full);
  let made = 0;
  const { result } = await collect({
    ...kept,
    objective: (params, context) => {
      made++;
      return options.objective(params, context);
    },
  });
  expect(made).toBe(2);
  expect(result.best?.params).toEqual({ rate: 7 });
  expect(result.rounds[0]!.trials.filter(({ state }) => state === "failed")).toHaveLength(1);
  // Of eleven complete ones three go on.
  expect(result.rounds[1]!.trials).toHaveLength(3);
});

test("without a complete trial there is no best, and wrong options are told", async () => {
  const none = await collect({
    ...options,
    objective: () => {
      throw new Error("never");
    },
  });
  expect(none.result.best).toBeUndefined();
  expect(none.result.rounds).toHaveLength(1);
  await expect(collect({ ...options, maxResource: 1 })).rejects.toThrow(
    "maxResource is 1. Give a whole number from 2 up.",
  );
  await expect(collect({ ...options, reduction: 1 })).rejects.toThrow("reduction is 1.");
});

test("a journal of other trials than those that go on is refused, and whoever reads no further ends the search", async () => {
  const journals = [0, 1, 2, 3].map(() => memoryJournal());
  const headers: string[] = [];
  let closed = 0;
  const kept: Options = {
    ...options,
    journal: (round) => ({
      open: async (header) => {
        headers.push(header.sampler);
        const open = await journals[round]!.open(header);
        return {
          ...open,
          close: async () => {
            closed++;
            await open.close();
          },
        };
      },
    }),
  };
  for await (const event of halvingRounds(kept)) if (event.type === "trial-end") break;
  expect([headers.length, closed]).toEqual([1, 1]);
  const { result } = await collect(kept);
  const names = result.rounds.slice(1).map(({ origins }) => origins.join(", "));
  expect(headers.slice(2)).toEqual(names.map((name) => `those that go on: ${name}`));
});
