import { expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { memoryStore } from "./store.js";
import { withoutPrefix } from "./without-prefix.js";

const array = { dtype: "float32", shape: [1], data: Float32Array.of(1) } as const;

test("names lose the prefix, and the store says so", async () => {
  const store = withoutPrefix(memoryStore({ "module.a": array }, "x.th"), "module.");
  expect(store.name).toBe('x.th (names without "module.")');
  expect(await store.list()).toEqual({ a: array });
  expect(await store.get("a")).toBe(array);
});

test("a name without the prefix is told", async () => {
  const store = withoutPrefix(memoryStore({ "module.a": array, b: array }, "x.th"), "module.");
  const error = await store.list().catch((caught: unknown) => caught);
  expect(isGraftError(error, "weights-unclear")).toBe(true);
  expect(String(error)).toContain(
    '1 of the 2 names in x.th do not begin with "module.", such as "b"',
  );
});
