import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { readGolden } from "../testing/golden.js";
import { makeZip } from "../testing/make-zip.js";
import { sharedPath } from "../testing/shared.js";
import { writeSafetensors } from "../weights/safetensors.js";
import { fileSource } from "./file-source.js";
import { openWeights } from "./open-weights.js";

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
  const [none, looked] = await failure(empty);
  expect(none).toBe("source-not-found");
  expect(looked).toContain("holds no weights. Looked for: model.safetensors, ");
  for (const name of ["pytorch_model.bin", "model.json", ".pth", ".npz"]) {
    expect(looked).toContain(name);
  }
  const cut = join(folder, "cut.safetensors");
  await writeFile(cut, writeSafetensors({ a: array(1) }).subarray(0, -3));
  const [code, message] = await failure(cut);
  expect(code).toBe("weights-corrupt");
  expect(message).toContain(`${cut} can't be read: it is cut short: tensor "a" ends at byte`);
});

test("other formats are told by what is in them, whatever their name", async () => {
  const zip = (entry: string) => makeZip([{ name: entry, data: new Uint8Array() }]);
  const contents: readonly (readonly [Uint8Array | string, string])[] = [
    [zip("archive/data.pkl"), 'its pickle "archive/data.pkl" is cut short'],
    [zip("a.npy"), "a.npy can't be read: it does not begin as an .npy file"],
    [zip("other"), "a zip archive with neither data.pkl (PyTorch), model.weights.h5 (Keras) nor"],
    ["\x80\x02.", "takes more from its stack than is there"],
    ["L119547037146038801333356L\n.", "it is cut short within its pickles"],
    ["\x89HDF\r\n\x1a\n", "can't be read"],
    ["GGUF\x03\0\0\0", "it begins with the bytes [47 47 55 46 03 00 00 00], which no known format"],
    ["", "it begins with the bytes []"],
  ];
  for (const [content, why] of contents) {
    const path = join(folder, "unknown");
    await writeFile(path, typeof content === "string" ? Buffer.from(content, "latin1") : content);
    const error = await openWeights(path)
      .then((store) => store.list())
      .catch((caught: unknown) => caught);
    expect(isGraftError(error, "weights-corrupt"), why).toBe(true);
    expect(String(error)).toContain(why);
  }
});

test("a folder's only weights file is taken by its ending, and of several none", async () => {
  const path = join(folder, "loose");
  await mkdir(path);
  await writeFile(join(path, "best.pth"), writeSafetensors({ "module.a": array(1) }));
  await writeFile(join(path, "notes.txt"), "");
  const store = await openWeights(path, { stripPrefix: "module." });
  expect(store.name).toBe(`${join(path, "best.pth")} (names without "module.")`);
  expect(await store.get("a")).toEqual(array(1));
  await writeFile(join(path, "last.npz"), "");
  const error = await openWeights(path).catch((caught: unknown) => caught);
  expect(isGraftError(error, "weights-unclear")).toBe(true);
  expect(String(error)).toContain("holds several weights files: best.pth, last.npz.");
});

type Golden = { files: Record<string, { base64: string }> };

test("PyTorch shards open by their index", async () => {
  const { files } = readGolden<Golden>(
    new URL("../weights/pytorch/store.test.ts", import.meta.url).href,
    "golden/files.json",
  );
  const path = join(folder, "pickled");
  await mkdir(path);
  for (const kind of ["zip", "legacy"]) {
    const bytes = Buffer.from(files[`nested, ${kind}`]?.base64 ?? "", "base64");
    await writeFile(join(path, `${kind}.bin`), bytes);
  }
  const index = { weight_map: { "0.weight": "zip.bin", "0.bias": "legacy.bin" } };
  await writeFile(join(path, "pytorch_model.bin.index.json"), JSON.stringify(index));
  const store = await openWeights(path, { select: "state_dict" });
  expect(Object.keys(await store.list())).toEqual(["0.weight", "0.bias"]);
  expect((await store.get("0.bias")).shape).toEqual([2]);
});

const real = sharedPath("weights/mobilenet_v2_100_224-imagenet");
test.skipIf(real === undefined)("a real checkpoint opens, int64 counters and all", async () => {
  const store = await openWeights(real ?? "");
  const list = await store.list();
  const counters = Object.entries(list).filter(([, { dtype }]) => dtype === "int64");
  expect(counters.length).toBeGreaterThan(0);
  expect((await store.get(counters[0]![0])).dtype).toBe("int64");
});

test.skipIf(real === undefined)("a real PyTorch checkpoint opens without its prefix", async () => {
  const path = sharedPath("weights/resnet20-cifar10/model.th") ?? "";
  const store = await openWeights(path, { stripPrefix: "module." });
  expect((await store.get("conv1.weight")).shape).toEqual([16, 3, 3, 3]);
});
