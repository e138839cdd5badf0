import { readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { manifest } from "./manifest.generated.js";
import { readAsset, readTokenizer } from "./read-asset.js";

test("the generated module says what manifest.json says", async () => {
  const written = await readFile(new URL("../manifest.json", import.meta.url), "utf8");
  expect(manifest).toEqual(JSON.parse(written));
});

test.for(manifest.backbones)("$name lies in assets as the manifest says", async (entry) => {
  const files = [entry, ...Object.values(entry.tokenizer ?? {})];
  for (const { file, bytes } of files) {
    expect((await stat(new URL(`../assets/${file}`, import.meta.url))).size).toBe(bytes);
  }
  expect((await readAsset(entry)).length).toBe(entry.bytes);
  expect(Object.keys(await readTokenizer(entry)).length).toBe(files.length - 1);
  expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(8 * 1024 * 1024);
});
