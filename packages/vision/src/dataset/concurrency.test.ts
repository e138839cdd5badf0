import { expect, test } from "vitest";
import { mapConcurrent } from "./concurrency.js";

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("results keep their order, and no more than the limit run at a time", async () => {
  let running = 0;
  let most = 0;
  const results = await mapConcurrent([5, 1, 4, 2, 3], 2, async (item, index) => {
    most = Math.max(most, ++running);
    await later(item);
    running--;
    return `${index}:${item}`;
  });
  expect(results).toEqual(["0:5", "1:1", "2:4", "3:2", "4:3"]);
  expect(most).toBe(2);
  expect(await mapConcurrent([], 3, async () => 1)).toEqual([]);
});

test("a failure is thrown after the running ones ended, and nothing new starts", async () => {
  const started: number[] = [];
  let ended = 0;
  const work = mapConcurrent([0, 1, 2, 3, 4, 5], 2, async (item) => {
    started.push(item);
    await later(item === 0 ? 1 : 10);
    ended++;
    if (item === 0) throw new Error("first");
  });
  await expect(work).rejects.toThrow("first");
  expect(started).toEqual([0, 1]);
  expect(ended).toBe(2);
});
