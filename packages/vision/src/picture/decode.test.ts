import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isGraftError } from "@graft-ml/core";
import { expect, test } from "vitest";
import golden from "../golden/decode.json" with { type: "json" };
import { decodePicture } from "./decode.js";

const bytesOf = (name: string): Buffer =>
  Buffer.from(golden.files.find((file) => file.name === name)!.file, "base64");

test.each(golden.files)(
  "$name decodes to Pillow's pixels",
  async ({ name, size, sha256, first }) => {
    const picture = await decodePicture(bytesOf(name));
    expect([picture.width, picture.height, picture.channels]).toEqual([...size, 3]);
    expect([...picture.data.subarray(0, 6)]).toEqual(first);
    expect(createHash("sha256").update(picture.data).digest("hex").slice(0, 16)).toBe(sha256);
  },
);

test("a file is read by its path", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-decode-"));
  try {
    const path = join(folder, "a.jpg");
    await writeFile(path, bytesOf("rgb.jpg"));
    expect(await decodePicture(path)).toEqual(await decodePicture(bytesOf("rgb.jpg")));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ["cut short JPEG", bytesOf("rgb.jpg").subarray(0, 700), /premature end/i],
  ["cut short PNG", bytesOf("rgb.png").subarray(0, 900), /read error/i],
  ["text", Buffer.from("not a picture at all"), /unsupported image format/],
  ["nothing", Buffer.alloc(0), /the file is empty/],
])("%s is unreadable, by name and reason", async (_, bytes, reason) => {
  const error: unknown = await decodePicture(bytes, { name: "cats/7.jpg" }).catch((e) => e);
  expect(isGraftError(error, "picture-unreadable")).toBe(true);
  expect(String(error)).toContain("cats/7.jpg");
  expect(String(error)).toMatch(reason);
});

test("a missing file and a picture over the pixel limit are unreadable", async () => {
  await expect(decodePicture("/no/such.png")).rejects.toThrow(/such\.png.*ENOENT/);
  await expect(decodePicture(bytesOf("rgb.png"), { maxPixels: 100 })).rejects.toThrow(
    /pixel limit/,
  );
});
