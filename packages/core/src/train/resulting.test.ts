import { expect, test } from "vitest";
import { resulting } from "./resulting.js";

test("a result is there when all events were read, even where it is undefined", async () => {
  async function* run(): AsyncGenerator<number, undefined> {
    yield 1;
    yield 2;
    return undefined;
  }
  const work = resulting("counting", run);
  const read: number[] = [];
  expect(() => work.result()).toThrow(/The counting has not ended/);
  for await (const event of work) {
    read.push(event);
    expect(() => work.result()).toThrow(/Read all of its events/);
  }
  expect([read, work.result()]).toEqual([[1, 2], undefined]);
});
