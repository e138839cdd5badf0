import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { grouped, inputsOf } from "./inputs.js";
import { collect } from "./testing.js";

const nothing = Readable.from([]);

test("names, folders of pictures, and the bytes of standard input", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-inputs-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ["b.JPG", "a.png", "notes.txt"]) await writeFile(join(folder, name), "");
  const found = await collect(inputsOf(["x.jpg", folder, "-"], Readable.from([Buffer.from("hi")])));
  expect(found).toEqual([
    { name: "x.jpg", source: "x.jpg" },
    { name: join(folder, "a.png"), source: join(folder, "a.png") },
    { name: join(folder, "b.JPG"), source: join(folder, "b.JPG") },
    { name: "(standard input)", source: new Uint8Array([104, 105]) },
  ]);
});

test("without names, standard input holds one a line", async () => {
  const found = await collect(inputsOf([], Readable.from([Buffer.from("a.jpg\n\n b.j"), "pg\n"])));
  expect(found.map(({ name }) => name)).toEqual(["a.jpg", "b.jpg"]);
});

test("without names and at a terminal, that is wrong usage", async () => {
  const terminal = Object.assign(Readable.from([]), { isTTY: true });
  await expect(collect(inputsOf([], terminal))).rejects.toMatchObject({ code: "usage" });
});

test("groups keep the order, the last is shorter", async () => {
  expect(await collect(grouped(Readable.from([1, 2, 3, 4, 5]), 2))).toEqual([[1, 2], [3, 4], [5]]);
  expect(await collect(grouped(nothing, 2))).toEqual([]);
});
