import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { sharedPath } from "../testing/shared.js";
import { writeSafetensors } from "../weights/safetensors.js";
import { fileSource, openWeights } from "./file-store.js";

const array = (value: number) =>
  ({ dtype: "float32", shape: [2], data: Float32Array.of(value, value) }) as const;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-store-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a file, a folder with it, and a folder of shards open alike", async () => {
  const [whole, shards] = [join(folder, "whole"), join(folder, "shards")];
  await mkdir(whole);
  await mkdir(shards);
  await writeFile(join(whole, "model.safetensors"), writeSafetensors({ a: array(1), b: array(2) }));
  await writeFile(join(shards, "1.safetensors"), writeSafetensors({ a: array(1) }));
  await writeFile(join(shards, "2.safetensors"), writeSafetensors({ b: array(2) }));
  const index = { weight_map: { a: "1.safetensors", b: "2.safetensors" } };
  await writeFile(join(shards, "model.safetensors.index.json"), JSON.stringify(index));
  for (const path of [whole, join(whole, "model.safetensors"), shards]) {
    const store = await openWeights(path, { shared: true });
    expect(Object.keys(await store.list()).sort()).toEqual(["a", "b"]);
    const b = await store.get("b");
    expect(b).toEqual(array(2));
    expect(b.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  }
});

test("ranges are read as asked, and end where the file ends", async () => {
  const path = join(folder, "bytes");
  await writeFile(path, Uint8Array.of(1, 2, 3, 4));
  const source = fileSource(path);
  expect(await source.size()).toBe(4);
  expect([...(await source.read(1, 3))]).toEqual([2, 3]);
  expect([...(await source.read(2, 9))]).toEqual([3, 4]);
});

test("what is absent, empty or cut short is told by path", async () => {
  const failure = async (path: string) => {
    const error = await openWeights(path)
      .then((store) => store.list())
      .catch((caught: unknown) => caught);
    return isGraftError(error) ? [error.code, error.message] : [error, ""];
  };
  const absent = join(folder, "absent");
  expect(await failure(absent)).toEqual(["source-not-found", `${absent} does not exist.`]);
  const empty = join(folder, "empty");
  await mkdir(empty);
  expect((await failure(empty))[1]).toContain("holds neither model.safetensors nor");
  const cut = join(folder, "cut.safetensors");
  await writeFile(cut, writeSafetensors({ a: array(1) }).subarray(0, -3));
  const [code, message] = await failure(cut);
  expect(code).toBe("weights-corrupt");
  expect(message).toContain(`${cut} can't be read: it is cut short: tensor "a" ends at byte`);
});

const real = sharedPath("weights/mobilenet_v2_100_224-imagenet");
test.skipIf(real === undefined)("a real checkpoint opens, int64 counters and all", async () => {
  const store = await openWeights(real ?? "");
  const list = await store.list();
  const counters = Object.entries(list).filter(([, { dtype }]) => dtype === "int64");
  expect(counters.length).toBeGreaterThan(0);
  expect((await store.get(counters[0]![0])).dtype).toBe("int64");
});
