import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { readGolden } from "../../testing/golden.js";
import { sharedPath } from "../../testing/shared.js";
import { bytesOf } from "../dtype.js";
import { readSafetensors } from "../safetensors.js";
import { type ByteSource, memorySource } from "../store.js";
import { toFloat32 } from "../to-float32.js";
import { pytorchStore } from "./store.js";

type Described = { dtype: string; shape: number[]; values: number[] };
type Golden = {
  files: Record<string, { base64: string; holds: Record<string, Described> | null }>;
};

const golden = readGolden<Golden>(import.meta.url, "golden/files.json");
const fileBytes = (name: string): Uint8Array =>
  new Uint8Array(Buffer.from(golden.files[name]?.base64 ?? "", "base64"));
const source = (name: string): ByteSource => memorySource(fileBytes(name), name);

async function failure(work: Promise<unknown>): Promise<[code: unknown, text: string]> {
  const error = await work.catch((caught: unknown) => caught);
  return [isGraftError(error) ? error.code : error, String(error)];
}

const readable = Object.entries(golden.files).flatMap(([name, { holds }]) =>
  holds ? [[name, holds] as const] : [],
);

test.each(readable)("%s: as torch says", async (name, holds) => {
  for (const shared of [false, true]) {
    const store = pytorchStore(source(name), { shared });
    const list = await store.list();
    expect(Object.keys(list)).toEqual(Object.keys(holds));
    for (const [key, { dtype, shape, values }] of Object.entries(holds)) {
      const tensor = await store.get(key);
      expect(list[key], key).toEqual({ dtype, shape });
      expect({ dtype: tensor.dtype, shape: tensor.shape }, key).toEqual({ dtype, shape });
      expect([...toFloat32(tensor).data], key).toEqual(values.map(Math.fround));
      expect(tensor.data.buffer instanceof SharedArrayBuffer, key).toBe(shared);
    }
  }
});

describe.each(["zip", "legacy"])("%s", (kind) => {
  test("a pickle that calls something is refused by the name of what it would call", async () => {
    const [code, text] = await failure(pytorchStore(source(`call, ${kind}`)).list());
    expect(code).toBe("weights-refused");
    expect(text).toContain('asks for the Python object "posix.system", and nothing in it was run');
  });

  test("a whole module is refused by its class", async () => {
    const [code, text] = await failure(pytorchStore(source(`module, ${kind}`)).list());
    expect(code).toBe("weights-refused");
    expect(text).toContain('asks for the Python object "torch.nn.modules.linear.Linear"');
  });

  test("of several state dicts, one has to be selected", async () => {
    const name = `two, ${kind}`;
    const [code, text] = await failure(pytorchStore(source(name)).list());
    expect(code).toBe("weights-unclear");
    expect(text).toContain(
      'several dicts of tensors: "model" (7 tensors), "ema/model" (7 tensors)',
    );
    const store = pytorchStore(source(name), { select: "ema/model" });
    expect((await store.get("0.weight")).shape).toEqual([2, 2]);
    const [, absent] = await failure(pytorchStore(source(name), { select: "ema" }).list());
    expect(absent).toContain('no tensors under "ema", but "model" (7 tensors)');
  });

  test("a file without tensors says so", async () => {
    const [, text] = await failure(pytorchStore(source(`none, ${kind}`)).list());
    expect(text).toContain("it holds no dict of named tensors");
  });

  test("a file cut short anywhere is refused", async () => {
    const bytes = fileBytes(`nested, ${kind}`);
    for (let end = 0; end < bytes.length; end += 7) {
      const cut = memorySource(bytes.subarray(0, end));
      const [code] = await failure(pytorchStore(cut).list());
      expect(code, String(end)).toBe("weights-corrupt");
    }
  });

  test("only the tensors asked for are read", async () => {
    const { read, ...rest } = source(`views, ${kind}, protocol 2`);
    const ranges: number[] = [];
    const store = pytorchStore({
      ...rest,
      read(start, end) {
        ranges.push(end - start);
        return read(start, end);
      },
    });
    await store.list();
    const before = ranges.length;
    expect([...(await store.get("row")).data].length).toBe(12);
    expect(Math.max(...ranges.slice(before))).toBe(48);
  });
});

test("a storage whose length in the file is not what its tensors say is refused", async () => {
  const bytes = fileBytes("others, legacy");
  // It ends with two storages of 4 and 8 bytes, in either order, a count before each.
  for (const fromEnd of [28, 16, 12]) bytes[bytes.length - fromEnd] = 99;
  const [code, text] = await failure(pytorchStore(memorySource(bytes)).get("weight"));
  expect(code).toBe("weights-corrupt");
  expect(text).toContain("has 99 elements, 1 expected");
});

const nets = ["resnet20-cifar10", "resnet32-cifar10", "resnet44-cifar10", "resnet56-cifar10"];
test.skipIf(sharedPath("weights") === undefined).each(nets)(
  "the real checkpoint %s holds what its safetensors do",
  async (net) => {
    const folder = sharedPath(`weights/${net}`) ?? "";
    const store = pytorchStore(memorySource(readFileSync(join(folder, "model.th"))));
    const { weights } = readSafetensors(readFileSync(join(folder, "model.safetensors")));
    const names = Object.keys(await store.list());
    expect(names.sort()).toEqual(
      Object.keys(weights)
        .map((name) => `module.${name}`)
        .sort(),
    );
    for (const [name, tensor] of Object.entries(weights)) {
      const read = await store.get(`module.${name}`);
      expect([read.dtype, read.shape]).toEqual([tensor.dtype, tensor.shape]);
      expect(Buffer.compare(bytesOf(read), bytesOf(tensor))).toBe(0);
    }
  },
);
