import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchFolder } from "../testing.js";
import { sharedFeatureStore } from "./shared-store.js";

let folder = "";
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterAll(() => remove());

const { signal } = new AbortController();
const store = () => sharedFeatureStore({ folder, precision: "float32", signal });
const layout = { size: 2, views: 1, shape: [1], fields: {} };

test("of several that find nothing one makes a table, and the others wait for it", async () => {
  let made = 0;
  const get = async (): Promise<number[]> => {
    const one = store();
    let table = await one.find("a");
    if (!table) {
      made += 1;
      const writer = await one.create("a", layout);
      await new Promise((done) => setTimeout(done, 50));
      await writer.append(Float32Array.of(3, 4));
      table = await writer.finish();
    }
    return [...(await table.read([1, 0]))];
  };
  const all = await Promise.all([get(), get(), get()]);
  expect([made, ...all]).toEqual([1, [4, 3], [4, 3], [4, 3]]);
});

test("who stops in the middle lets the next one make it", async () => {
  const first = store();
  expect(await first.find("b")).toBe(undefined);
  const waiting = store().find("b");
  await first.release();
  expect(await waiting).toBe(undefined);
  const third = store();
  const late = third.find("c");
  const writer = (await late) ?? (await third.create("c", layout));
  if ("discard" in writer) await writer.discard();
  expect((await readdir(folder)).filter((name) => name.startsWith("c"))).toEqual([]);
});
