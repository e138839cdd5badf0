import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { ZooEntry } from "./manifest-type.js";
import { readAsset, readTokenizer } from "./read-asset.js";

async function assets(bytes: Uint8Array): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), "graft-zoo-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "tiny.safetensors"), bytes);
  return pathToFileURL(`${folder}/`);
}

const bytes = new Uint8Array([1, 2, 3]);
const entry: ZooEntry = {
  name: "tiny",
  reads: "pictures",
  summary: "a test",
  file: "tiny.safetensors",
  bytes: 3,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  config: {},
  licence: "Apache-2.0",
  attribution: "nobody",
  accuracy: [],
};

test("an asset whose hash fits is read", async () => {
  expect([...(await readAsset(entry, { folder: await assets(bytes) }))]).toEqual([1, 2, 3]);
});

test("another hash is an error that names both", async () => {
  const folder = await assets(new Uint8Array([1, 2, 4]));
  await expect(readAsset(entry, { folder })).rejects.toMatchObject({
    code: "weights-corrupt",
    message: expect.stringContaining(`should have ${entry.sha256}`),
  });
});

test("a missing file is an error that says what to do", async () => {
  const folder = await assets(bytes);
  await expect(readAsset({ ...entry, file: "none" }, { folder })).rejects.toThrow(
    '"tiny" lacks its file none in this installation of @graft-ml/zoo. Install it again.',
  );
});

test("a tokenizer's files are read under the names of a model folder, none where there are none", async () => {
  const vocabulary = new TextEncoder().encode("[PAD]\nöl\n");
  const { sha256 } = entry;
  const folder = await assets(vocabulary);
  const file = {
    file: "tiny.safetensors",
    bytes: vocabulary.length,
    sha256: createHash("sha256").update(vocabulary).digest("hex"),
  };
  const texts: ZooEntry = { ...entry, reads: "texts", tokenizer: { "vocab.txt": file } };
  expect(await readTokenizer(texts, { folder })).toEqual({ "vocab.txt": "[PAD]\nöl\n" });
  expect(await readTokenizer(entry, { folder })).toEqual({});
  const other = { ...texts, tokenizer: { "vocab.txt": { ...file, sha256 } } };
  await expect(readTokenizer(other, { folder })).rejects.toMatchObject({ code: "weights-corrupt" });
});
