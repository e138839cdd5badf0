import { expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { readGolden } from "../../testing/golden.js";
import { makeZip } from "../../testing/make-zip.js";
import { memorySource } from "../store.js";
import { toFloat32 } from "../to-float32.js";
import { npzStore } from "./store.js";

type Described = { dtype: string; shape: number[]; values: number[] };
type Golden = {
  files: Record<string, { base64: string; holds: Record<string, Described> | null }>;
};

const { files } = readGolden<Golden>(import.meta.url, "golden/files.json");
const source = (name: string) =>
  memorySource(new Uint8Array(Buffer.from(files[name]?.base64 ?? "", "base64")), "a.npz");
const readable = Object.entries(files).flatMap(([name, { holds }]) =>
  holds ? [[name, holds] as const] : [],
);

test.each(readable)("%s: as NumPy says", async (file, holds) => {
  for (const shared of [false, true]) {
    const store = npzStore(source(file), { shared });
    const list = await store.list();
    expect(Object.keys(list).sort()).toEqual(Object.keys(holds).sort());
    for (const [name, { dtype, shape, values }] of Object.entries(holds)) {
      const tensor = await store.get(name);
      expect(list[name], name).toEqual({ dtype, shape });
      expect({ dtype: tensor.dtype, shape: tensor.shape }, name).toEqual({ dtype, shape });
      expect([...toFloat32(tensor).data], name).toEqual(values);
      expect(tensor.data.buffer instanceof SharedArrayBuffer, name).toBe(shared);
    }
  }
});

async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((caught: unknown) => caught);
  expect(isGraftError(error, "weights-corrupt")).toBe(true);
  return String(error);
}

test.each([
  ["object", "a.npz/arr_0.npy can't be read: its array holds Python objects"],
  ["structured", `its array has the dtype "[('x', '<f4')]"`],
  ["complex", 'its array has the dtype "<c8"'],
  ["text", 'its array has the dtype "<U2"'],
])("an array of another kind is refused: %s", async (file, why) => {
  expect(await failure(npzStore(source(file)).list())).toContain(why);
});

/** An archive with one array whose header says this, and its data. */
function archive(header: string, data = 4, name = "a.npy"): ReturnType<typeof npzStore> {
  const text = `\x93NUMPY\x01\x00${String.fromCharCode(header.length & 0xff, header.length >> 8)}${header}`;
  const bytes = Uint8Array.from(text + "\0".repeat(data), (c) => c.charCodeAt(0));
  return npzStore(memorySource(makeZip([{ name, data: bytes }]), "a.npz"));
}
const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n";

test("a header as NumPy writes it, now and with Python 2, is read", async () => {
  expect(await archive(good).list()).toEqual({ a: { dtype: "float32", shape: [1] } });
  const old = "{'shape': (1L, 1L), 'fortran_order': True, 'descr': '<f4'}";
  expect((await archive(old).get("a")).shape).toEqual([1, 1]);
});

test.each([
  [good.replace("(1,)", "(2,)"), "float32 [2] takes 8 bytes and 4 follow its header"],
  [good.replace("(1,)", "(99999999999999999999,)"), "is not valid"],
  [
    good.replace("(1,)", "(9007199254740991, 9007199254740991)"),
    "takes 3.2451855365842665e+32 bytes",
  ],
  [good.replace("(1,)", "(-1,)"), "is not valid"],
  [good.replace("(1,)", `(${"1, ".repeat(65)})`), "is not valid"],
  [good.replace("False", "0"), "is not valid"],
  [good.replace("'shape'", "'descr'"), "is not valid"],
  [good.replace("{", "{'other': True, "), "is not valid"],
  [good.replace("(1,)", "__import__('os')"), "is not valid"],
  ["", "is not valid"],
])("a header that lies is refused: %j", async (header, why) => {
  expect(await failure(archive(header).list())).toContain(why);
  expect(await failure(archive(header).get("a"))).toContain(why);
});

test("what is not an .npy file, is cut short, or has a header bomb is refused by name", async () => {
  expect(await failure(archive(good, 4, "a.pkl").list())).toContain('"a.pkl" is not an .npy file');
  const of = (...bytes: number[]) =>
    failure(
      npzStore(memorySource(makeZip([{ name: "a.npy", data: Uint8Array.from(bytes) }]))).list(),
    );
  const magic = [0x93, ..."NUMPY"].map((c) => (typeof c === "string" ? c.charCodeAt(0) : c));
  expect(await of(1, 2, 3)).toContain("does not begin as an .npy file");
  expect(await of(...magic, 4, 0, 0, 0)).toContain("of version 1, 2 or 3");
  expect(await of(...magic, 1, 0)).toContain("cut short within its header");
  expect(await of(...magic, 1, 0, 9, 0, 1)).toContain("cut short within its header");
  expect(await of(...magic, 2, 0, 0xff, 0xff, 0xff, 0xff)).toContain("takes 4294967295 bytes");
  await expect(archive(good).get("b")).rejects.toThrow('a.npz holds no weight named "b"');
});
