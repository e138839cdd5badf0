import { crc32 as reference } from "node:zlib";
import { expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { makeZip, type ZipPart } from "../testing/make-zip.js";
import { crc32 } from "./crc32.js";
import { memorySource } from "./store.js";
import { openZip } from "./zip.js";
import type { ZipLimits } from "./zip-directory.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const open = (parts: readonly ZipPart[], limits?: ZipLimits) =>
  openZip(memorySource(makeZip(parts), "a.zip"), limits);

async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((caught: unknown) => caught);
  expect(isGraftError(error, "weights-corrupt")).toBe(true);
  return String(error);
}

test("stored and deflated entries are read back, folders left out, zip64 or not", async () => {
  const long = text("abc".repeat(10_000));
  for (const zip64 of [false, true]) {
    const parts: ZipPart[] = [
      { name: "folder/", data: text("") },
      { name: "folder/ä", data: text("stored") },
      { name: "b", data: long, deflate: true },
      { name: "empty", data: text(""), deflate: true },
    ];
    const zip = await openZip(memorySource(makeZip(parts, { zip64, comment: "hello" })));
    expect([...zip.entries.keys()]).toEqual(["folder/ä", "b", "empty"]);
    expect(await zip.read("folder/ä")).toEqual(text("stored"));
    expect(await zip.read("b")).toEqual(long);
    expect(await zip.read("empty")).toEqual(text(""));
    expect(await zip.range("b")).toBeUndefined();
  }
});

test("a stored entry's range is where its bytes are", async () => {
  const bytes = makeZip([{ name: "a", data: text("0123") }], { padding: 37 });
  const zip = await openZip(memorySource(bytes));
  const { start, end } = (await zip.range("a"))!;
  expect(bytes.subarray(start, end)).toEqual(text("0123"));
});

test("both checksums are the reference's", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 31) & 0xff);
  expect(crc32(bytes)).toBe(reference(bytes));
  expect(crc32(bytes.subarray(7), crc32(bytes.subarray(0, 7)))).toBe(reference(bytes));
});

test.each(["../a", "a/../b", "/etc/passwd", "C:/a", "a\\b", "a//b", "./a", "", "a\u0000b"])(
  "path traversal: the name %j is refused",
  async (name) => {
    const why = await failure(open([{ name, data: text("x") }]));
    expect(why).toContain(`${JSON.stringify(name)} has a name that leaves the archive`);
  },
);

test("a zip bomb is refused by what it declares, before anything is unpacked", async () => {
  const bomb = { name: "bomb", data: new Uint8Array(2 ** 20), deflate: true };
  const limits = { unpackedBytes: 2 ** 20 - 1 };
  expect(await failure(open([bomb], limits))).toContain(
    "its compressed entries would unpack to 1048576 bytes, and the limit is 1048575",
  );
  const many = Array.from({ length: 70 }, (_, i) => ({ ...bomb, name: `bomb${i}` }));
  expect(await failure(open(many, { unpackedBytes: 2 ** 26 }))).toContain("would unpack to");
});

test("a zip bomb that lies about its size is stopped at that size", async () => {
  const data = new Uint8Array(2 ** 20);
  const liar = await open([{ name: "liar", data, deflate: true, size: 100 }]);
  expect(await failure(liar.read("liar"))).toContain('"liar" unpacks to more than its 100 bytes');
  const greedy = open([{ name: "greedy", data, deflate: true, size: 2 ** 31 }]);
  expect(await failure(greedy)).toContain('"greedy" (deflated) can\'t hold 2147483648 bytes in');
  const short = await open([{ name: "short", data, deflate: true, size: 2 ** 20 + 1 }]);
  expect(await failure(short.read("short"))).toContain("unpacks to 1048576 of its 1048577 bytes");
});

test("overlapping and out-of-range entries are refused", async () => {
  const [a, b] = [
    { name: "a", data: text("aaaa") },
    { name: "b", data: text("bbbb") },
  ];
  expect(await failure(open([a, { ...b, start: 10 }]))).toContain('"a" overlaps "b"');
  expect(await failure(open([a, { ...b, start: 0 }]))).toContain("overlaps");
  expect(await failure(open([a, { ...b, start: 2 ** 31 }]))).toContain('"b" leaves its place');
  expect(await failure(open([{ ...a, size: 2 ** 30, packedSize: 2 ** 30 }]))).toContain(
    '"a" leaves its place',
  );
  const extra = await open([{ ...a, localExtra: 500 }, b]);
  expect(await failure(extra.read("a"))).toContain('"a" overlaps the next one');
});

test("damage is found: checksum, deflate data, headers, twice the same name", async () => {
  const a = { name: "a", data: text("aaaa") };
  const wrong = await open([{ ...a, crc: 1 }]);
  expect(await failure(wrong.read("a"))).toContain('"a" does not have its checksum');
  const bytes = makeZip([{ name: "d", data: text("hello hello hello"), deflate: true }]);
  bytes.fill(0xff, 31, 36);
  const damaged = await openZip(memorySource(bytes));
  expect(await failure(damaged.read("d"))).toContain('"d" is not valid deflate data');
  bytes[0] = 0;
  const headless = await openZip(memorySource(bytes));
  expect(await failure(headless.range("d").then(() => headless.read("d")))).toContain(
    '"d" has no local header',
  );
  expect(await failure(open([a, a]))).toContain('has "a" twice');
  expect(await failure(open([{ ...a, method: 12 }]))).toContain("is compressed by method 12");
  expect(await failure(open([{ ...a, flags: 1 }]))).toContain('"a" is encrypted');
});

test("a directory over its limits, cut short, or absent is refused", async () => {
  const parts = Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, data: text("x") }));
  expect(await failure(open(parts, { entries: 4 }))).toContain("has 5 entries in 235 bytes");
  expect(await failure(open(parts, { directoryBytes: 200 }))).toContain("200 bytes");
  const bytes = makeZip(parts);
  for (let end = 0; end < bytes.length; end++) {
    expect(await failure(openZip(memorySource(bytes.subarray(0, end))))).toContain(
      "not a zip file",
    );
  }
});
