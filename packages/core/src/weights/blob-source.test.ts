import { expect, test } from "vitest";
import { blobSource } from "./blob-source.js";

test("a blob is read in pieces", async () => {
  const source = blobSource(new Blob([Uint8Array.of(1, 2, 3, 4)]), "a.bin");
  expect([source.name, await source.size(), await source.read(1, 3)]).toEqual([
    "a.bin",
    4,
    Uint8Array.of(2, 3),
  ]);
});
