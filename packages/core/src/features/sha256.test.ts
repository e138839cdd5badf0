import { expect, test } from "vitest";
import { sha256, sha256OfText } from "./sha256.js";

test("the standard's own example", async () => {
  const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(await sha256OfText("abc")).toBe(expected);
  expect(await sha256(Uint8Array.of(97, 98, 99))).toBe(expected);
});
