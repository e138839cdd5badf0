import { expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { pause, retryAfter } from "./wait.js";

test("a server says how long to wait in seconds or by a date", () => {
  const now = Date.parse("2024-05-01T00:00:00Z");
  expect(retryAfter("7", now)).toBe(7);
  expect(retryAfter("Wed, 01 May 2024 00:01:00 GMT", now)).toBe(60);
  expect(retryAfter("Tue, 30 Apr 2024 00:00:00 GMT", now)).toBe(0);
  expect(retryAfter("soon", now)).toBeUndefined();
  expect(retryAfter(null)).toBeUndefined();
});

test("a pause ends with the signal", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 10);
  const error = await pause(60, stop.signal).catch((caught: unknown) => caught);
  expect(isGraftError(error, "aborted")).toBe(true);
});
