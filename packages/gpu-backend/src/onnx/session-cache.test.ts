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
  cache.trim(new Set());
  expect(evicted).toEqual(["b"]);
  expect([cache.has("a"), cache.has("b"), cache.get("b")]).toEqual([true, false, undefined]);
  expect(cache.bytes()).toBe(90);
});

test("what is needed now stays, however large", () => {
  const { cache, evicted } = setUp(100);
  cache.set("a", 1, 40);
  cache.set("b", 2, 10);
  cache.set("huge", 3, 1000);
  cache.trim(new Set(["a", "huge"]));
  expect(evicted).toEqual(["b"]);
  cache.trim(new Set());
  expect(evicted).toEqual(["b", "a", "huge"]);
  expect(cache.bytes()).toBe(0);
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
