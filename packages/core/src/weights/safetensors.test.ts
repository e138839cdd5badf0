import fc from "fast-check";
import { expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { sharedPath } from "../testing/shared.js";
import { allocate, bytesOf, dtypeBytes, sizeOf, viewTensor } from "./dtype.js";
import type { DType, HostTensor } from "./host-tensor.js";
import { encodeSafetensors, readSafetensors, writeSafetensors } from "./safetensors.js";

const dtypes = Object.keys(dtypeBytes) as DType[];

/** Any well-formed tensor: every dtype, rank 0 to 3, empty ones too. */
const tensors = fc
  .tuple(fc.constantFrom(...dtypes), fc.array(fc.nat({ max: 4 }), { maxLength: 3 }))
  .chain(([dtype, shape]) => {
    const length = sizeOf(shape) * dtypeBytes[dtype];
    const element = dtype === "bool" ? fc.nat({ max: 1 }) : fc.nat({ max: 255 });
    return fc.array(element, { minLength: length, maxLength: length }).map((bytes): HostTensor => {
      const buffer = allocate(length, false);
      new Uint8Array(buffer).set(bytes);
      return viewTensor(dtype, shape, buffer, 0);
    });
  });
const names = fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__");
const files = fc.dictionary(names, tensors, { maxKeys: 6 });
const metadata = fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }));

const plain = (weights: Readonly<Record<string, HostTensor>>): unknown =>
  Object.fromEntries(
    Object.entries(weights).map(([name, tensor]) => [
      name,
      [tensor.dtype, tensor.shape, [...bytesOf(tensor)]],
    ]),
  );

test("what is written is read back to the bit, whatever the dtype, shape and name", () => {
  fc.assert(
    fc.property(files, metadata, fc.boolean(), (weights, notes, shared) => {
      const bytes = writeSafetensors(weights, notes);
      const read = readSafetensors(bytes, { shared });
      expect(plain(read.weights)).toEqual(plain(weights));
      expect(read.metadata).toEqual(notes);
      for (const { data } of Object.values(read.weights)) {
        expect(data.buffer instanceof SharedArrayBuffer).toBe(shared);
      }
    }),
    { numRuns: 150 },
  );
});

test("a file cut short anywhere, or with bytes behind it, is refused as corrupt", () => {
  fc.assert(
    fc.property(files, fc.nat(), (weights, cut) => {
      const bytes = writeSafetensors(weights);
      expect(codeOf(bytes.subarray(0, cut % bytes.length))).toBe("weights-corrupt");
      const longer = new Uint8Array(bytes.length + 1);
      longer.set(bytes);
      expect(codeOf(longer)).toBe("weights-corrupt");
    }),
    { numRuns: 150 },
  );
});

test("a damaged header never gives anything but a clear error or a well-formed result", () => {
  fc.assert(
    fc.property(files, fc.nat(), fc.nat({ max: 255 }), (weights, at, value) => {
      const bytes = writeSafetensors(weights);
      const headerBytes = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
      bytes[at % headerBytes] = value;
      const code = codeOf(bytes);
      expect(["fine", "weights-corrupt"]).toContain(code);
    }),
    { numRuns: 300 },
  );
});

test("an error names the file, the tensor, and the bytes expected and found", () => {
  const weights = { "fc.weight": viewTensor("float32", [2, 3], new ArrayBuffer(24), 0) };
  const bytes = writeSafetensors(weights);
  const error = thrownBy(bytes.subarray(0, bytes.length - 5));
  expect(String(error)).toBe(
    `GraftError: The weights file a.safetensors can't be read: it is cut short: tensor "fc.weight" ends at byte ${bytes.length} and the file has ${bytes.length - 5}. Fetch or write it again.`,
  );
  expect(isGraftError(error) && error.details).toMatchObject({
    file: "a.safetensors",
    tensor: "fc.weight",
    expected: bytes.length,
    actual: bytes.length - 5,
  });
});

test.each([
  [{ a: entry([2], [0, 7]) }, 'tensor "a" (uint8 [2]) takes 2 bytes and its offsets span 7'],
  [{ a: entry([2], [0, 2]), b: entry([2], [1, 3]) }, 'tensor "b" overlaps the one before it'],
  [{ a: entry([2], [0, 2]), b: entry([2], [3, 5]) }, 'tensor "b" leaves a hole before it'],
  [{ a: entry([-1], [0, 2]) }, 'tensor "a" has no valid shape'],
  [{ a: entry([1.5], [0, 2]) }, 'tensor "a" has no valid shape'],
  [{ a: entry([2], [0]) }, 'tensor "a" has no valid data_offsets'],
  [
    { a: { ...entry([2], [0, 2]), dtype: "F8_E5M2" } },
    'tensor "a" has the unknown dtype "F8_E5M2"',
  ],
  [{ a: null }, 'the entry of tensor "a" is not a JSON object'],
  [{ __metadata__: { a: 1 } }, 'its metadata "a" is not a string'],
  [[], "its header is not a JSON object"],
])("a header that lies is refused: %j", (header, why) => {
  expect(String(thrownBy(fileOf(JSON.stringify(header), 5)))).toContain(why);
});

test("a header length beyond the file or the bound asks for no memory", () => {
  for (const length of [2n ** 63n, 10n ** 8n + 1n, 100n]) {
    const bytes = new Uint8Array(40);
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    expect(String(thrownBy(bytes))).toContain(`its header should take ${Number(length)} bytes`);
  }
  expect(String(thrownBy(fileOf("{nonsense", 0)))).toContain("its header is not JSON");
});

test("bool bytes other than 0 and 1 are refused", () => {
  const header = { flags: { dtype: "BOOL", shape: [2], data_offsets: [0, 2] } };
  const bytes = fileOf(JSON.stringify(header), 2);
  bytes.set([1, 2], bytes.length - 2);
  expect(String(thrownBy(bytes))).toContain('tensor "flags" is bool');
});

test("arrays lie aligned in the file, in the reference's order, and are not copied to be written", () => {
  const big = viewTensor("int64", [1], new ArrayBuffer(8), 0);
  const small = viewTensor("uint8", [3], new ArrayBuffer(3), 0);
  const half = viewTensor("float16", [2], new ArrayBuffer(4), 0);
  const [header, ...arrays] = encodeSafetensors({ small, half, big, also: big });
  expect((header?.length ?? 1) % 8).toBe(0);
  expect(arrays.map(({ buffer }) => buffer)).toEqual(
    [big, big, half, small].map(({ data }) => data.buffer),
  );
  const json = new TextDecoder().decode(header?.subarray(8));
  expect(Object.keys(JSON.parse(json))).toEqual(["also", "big", "half", "small"]);
});

const real = sharedPath("weights/resnet20-cifar10/model.safetensors");
test.skipIf(real === undefined)("a real checkpoint is written back to the same bytes", async () => {
  const { readFile } = await import("node:fs/promises");
  const bytes = await readFile(real ?? "");
  const { weights, metadata: notes } = readSafetensors(bytes, { file: real ?? "" });
  expect(weights["conv1.weight"]?.shape).toEqual([16, 3, 3, 3]);
  const again = readSafetensors(writeSafetensors(weights, notes));
  expect(plain(again.weights)).toEqual(plain(weights));
});

function entry(shape: number[], offsets: number[]) {
  return { dtype: "U8", shape, data_offsets: offsets };
}

function fileOf(json: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function thrownBy(bytes: Uint8Array): unknown {
  try {
    readSafetensors(bytes, { file: "a.safetensors" });
  } catch (error) {
    return error;
  }
  return undefined;
}

function codeOf(bytes: Uint8Array): string {
  const error = thrownBy(bytes);
  if (error === undefined) return "fine";
  return isGraftError(error) ? error.code : String(error);
}
