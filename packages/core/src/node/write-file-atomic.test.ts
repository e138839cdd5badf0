import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import {
  clearUnfinished,
  unfinishedName,
  writeFileAtomic,
  writeFlushed,
} from "./write-file-atomic.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-write-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("text, bytes and parts, shared memory too, are written whole, and no other file is left", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(2)).fill(7);
  const path = join(folder, "a");
  for (const [content, expected] of [
    ["é\n", [195, 169, 10]],
    [Uint8Array.of(1, 2), [1, 2]],
    [
      [Uint8Array.of(3), shared, new Uint8Array(0)],
      [3, 7, 7],
    ],
  ] as const) {
    await writeFileAtomic(path, content);
    expect([...(await readFile(path))]).toEqual(expected);
  }
  expect(await readdir(folder)).toEqual(["a"]);
});

test("a failed write leaves the old content and no other file", async () => {
  const target = join(folder, "busy");
  await mkdir(target);
  await writeFile(join(target, "old"), "content");
  const error = await writeFileAtomic(target, "new").catch((caught: unknown) => caught);
  expect(isGraftError(error, "disk-write-failed")).toBe(true);
  expect(String(error)).toContain(`${target} can't be written: `);
  expect(await readFile(join(target, "old"), "utf8")).toBe("content");
  expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("an absent folder is told by the file's path", async () => {
  const path = join(folder, "nowhere", "a");
  await expect(writeFileAtomic(path, "x")).rejects.toThrow(
    `${path} can't be written: the folder does not exist. Make it first.`,
  );
});

test.skipIf(!existsSync("/dev/full"))("a full disk is told by the file's path", async () => {
  await expect(writeFlushed("/dev/full", "x")).rejects.toThrow(
    "/dev/full can't be written: the disk is full. Free some space.",
  );
});

test("what killed writes left is cleared away, in folders below, too, and nothing else", async () => {
  const run = join(folder, "run");
  await mkdir(join(run, "model"), { recursive: true });
  const [own, left] = [".env.tmp", unfinishedName("model.safetensors")];
  for (const name of [own, left, join("model", left), join("model", "notes.tmp")]) {
    await writeFile(join(run, name), "x");
  }
  await clearUnfinished(run);
  expect((await readdir(run, { recursive: true })).sort()).toEqual([
    own,
    "model",
    join("model", "notes.tmp"),
  ]);
});
