import { expect, test } from "vitest";
import { createLruCache } from "./session-cache.js";

function setUp(maxBytes: number) {
  const evicted: string[] = [];
  const cache = createLruCache<number>({ maxBytes, onEvict: (key) => evicted.push(key) });
  return { cache, evicted };
}

test("the longest unused leave first", () => {
  const { cache, evicted } = setUp(100);
  cache.set("a", 1, 40);
  cache.set("b", 2, 40);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3, 50);
  expect(evicted).toEqual(["b"]);
  expect([cache.has("a"), cache.has("b"), cache.get("b"), cache.bytes()]).toEqual([
    true,
    false,
    undefined,
    90,
  ]);
});

test("the newest stays, however large", () => {
  const { cache, evicted } = setUp(100);
  cache.set("a", 1, 40);
  cache.set("huge", 2, 1000);
  expect(evicted).toEqual(["a"]);
  expect(cache.get("huge")).toBe(2);
  cache.set("b", 3, 10);
  expect(evicted).toEqual(["a", "huge"]);
  expect(cache.bytes()).toBe(10);
});

test("dropping and setting anew evict the old value", () => {
  const { cache, evicted } = setUp(100);
  cache.set("a", 1, 40);
  cache.set("a", 2, 30);
  cache.drop("a");
  cache.drop("a");
  expect(evicted).toEqual(["a", "a"]);
  expect(cache.bytes()).toBe(0);
});
