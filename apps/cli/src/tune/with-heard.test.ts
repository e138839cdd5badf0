import { expect, test } from "vitest";
import { collect } from "../testing.js";
import { heard, withHeard } from "./with-heard.js";

const soon = () => new Promise((done) => setTimeout(done, 5));

test("what is heard stands where it was heard, and an error comes after it", async () => {
  const told = heard<string>();
  async function* events() {
    yield 1;
    told.put("a");
    await soon();
    told.put("b");
    await soon();
    yield 2;
  }
  expect(await collect(withHeard(events(), told))).toEqual([1, "a", "b", 2]);
  async function* failing() {
    yield 3;
    told.put("c");
    await soon();
    throw new Error("no more");
  }
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const one of withHeard(failing(), told)) seen.push(one);
  })();
  await expect(reading).rejects.toThrow("no more");
  expect(seen).toEqual([3, "c"]);
});

test("who stops reading ends the generator", async () => {
  let ended = false;
  async function* events() {
    try {
      yield 1;
      yield 2;
    } finally {
      ended = true;
    }
  }
  for await (const _ of withHeard(events(), heard())) break;
  expect(ended).toBe(true);
});
