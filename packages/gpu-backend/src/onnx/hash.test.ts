import { expect, test } from "vitest";
import { sha256 } from "../node/engines.js";
import { graphKeys } from "./hash.js";

const graphKey = graphKeys(sha256);

test("a graph is known by its model and by the contents and places of its constants", () => {
  const model = Uint8Array.of(1, 2, 3);
  const constant = (path: string, ...data: number[]) => ({ path, data: Float32Array.from(data) });
  const key = graphKey(model, [constant("a", 1, 2), constant("b", 3)]);
  expect(graphKey(Uint8Array.of(1, 2, 3), [constant("a", 1, 2), constant("b", 3)])).toBe(key);
  for (const other of [
    graphKey(Uint8Array.of(1, 2, 4), [constant("a", 1, 2), constant("b", 3)]),
    graphKey(model, [constant("a", 1, 2), constant("b", 4)]),
    graphKey(model, [constant("a", 1, 2), constant("c", 3)]),
    graphKey(model, [constant("a", 1, 2)]),
  ])
    expect(other).not.toBe(key);
});

test("stretches of one buffer are told apart", () => {
  const pool = Float32Array.of(1, 2, 1);
  const at = (from: number) =>
    graphKey(new Uint8Array(), [{ path: "a", data: pool.subarray(from, from + 1) }]);
  expect([at(0) === at(1), at(0) === at(2)]).toEqual([false, true]);
});
