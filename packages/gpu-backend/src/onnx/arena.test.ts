import { expect, test } from "vitest";
import { allocateArenas } from "./arena.js";

test("arrays start at multiples of 16 bytes and don't overlap", () => {
  const arenas = allocateArenas({ a: 5, b: 1, c: 8 }, ["weight", "grad"]);
  const [arena] = arenas.list;
  expect(arena?.count).toBe(8 + 4 + 8);
  expect(["a", "b", "c"].map((name) => arena?.address("weight", name))).toEqual([0, 32, 48]);
  expect(["a", "b", "c"].map((name) => arena?.address("grad", name))).toEqual([80, 112, 128]);
  arenas.view("grad", "b").set([7]);
  expect([...arenas.view("grad", "b")]).toEqual([7]);
  expect([...arenas.view("weight", "b"), ...arenas.view("grad", "a")]).toEqual([0, 0, 0, 0, 0, 0]);
  expect(arenas.bytesPerRole).toBe(80);
});

test("what one memory can't hold goes into the next", () => {
  const arenas = allocateArenas({ a: 10, b: 10, c: 30, d: 2 }, ["weight", "grad"], {
    maxBytes: 2 * 4 * 32,
  });
  expect(arenas.list.map((arena) => arena.names)).toEqual([["a", "b"], ["c"], ["d"]]);
  arenas.view("weight", "d").fill(3);
  expect([...arenas.view("weight", "d")]).toEqual([3, 3]);
  expect(arenas.has("e")).toBe(false);
});

test("an array larger than any memory is refused by name", () => {
  expect(() => allocateArenas({ big: 100 }, ["weight"], { maxBytes: 64 })).toThrow(/"big" has 100/);
});
