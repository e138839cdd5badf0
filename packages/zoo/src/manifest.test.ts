import { readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { manifest } from "./manifest.generated.js";
import { readAsset } from "./read-asset.js";

test("the generated module says what manifest.json says", async () => {
  const written = await readFile(new URL("../manifest.json", import.meta.url), "utf8");
  expect(manifest).toEqual(JSON.parse(written));
});

test.for(manifest.backbones)("$name lies in assets as the manifest says", async (entry) => {
  const file = new URL(`../assets/${entry.file}`, import.meta.url);
  expect((await stat(file)).size).toBe(entry.bytes);
  expect((await readAsset(entry)).length).toBe(entry.bytes);
  expect(entry.bytes).toBeLessThanOrEqual(8 * 1024 * 1024);
});
