import { join } from "node:path";
import { isGraftError } from "@graft-ml/core";
import { expect, test } from "vitest";
import { preprocessStyle } from "../picture/preprocess-config.js";
import { noisePicture } from "../testing.js";
import { withFolder } from "../testing-node.js";
import { checkPictures } from "./check-pictures.js";
import { openPictures } from "./dataset.js";
import { targetSource } from "./picture-source.js";
import { type OpenTableOptions, openPictureTable, type PictureTable } from "./picture-table.js";

const preprocess = preprocessStyle("torch", { size: [4, 4], interpolation: "bilinear" });
const picture = noisePicture(1, { width: 6, height: 5 });

const csv = (header: string, rows: readonly string[]) => `${header}\n${rows.join("\n")}\n`;

async function open(text: string, options: OpenTableOptions): Promise<PictureTable> {
  return withFolder({ "list.csv": text }, (root) =>
    openPictureTable(join(root, "list.csv"), options),
  );
}

test("labels between bars become zeros and ones, and none at all is fine", async () => {
  const text = csv("path,labels", ["a.png,sun|sea", "b.png,", "c.png, sea | sand |sea"]);
  const table = await open(text, { task: "multi-label", validation: 0 });
  expect(table.names).toEqual(["sand", "sea", "sun"]);
  expect(table.train.map(({ name, targets }) => [name, targets])).toEqual([
    ["a.png", [0, 1, 1]],
    ["b.png", [0, 0, 0]],
    ["c.png", [1, 1, 0]],
  ]);
  const names = ["sun", "sea", "sand", "moon"];
  const known = await open(text, { task: "multi-label", validation: 0, names });
  expect(known.train[0]!.targets).toEqual([1, 1, 0, 0]);
});

test("numbers in one column or several", async () => {
  const text = csv("path,age,height", ["a.png,31,1.7", "b.png,-2e1,0"]);
  const columns = ["height", "age"];
  const table = await open(text, { task: "regression", columns, validation: 0 });
  expect(table.names).toEqual(columns);
  expect(table.train.map(({ targets }) => targets)).toEqual([
    [1.7, 31],
    [0, -20],
  ]);
});

test("parts have their share of each label and of each range of numbers", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i}.png,${i % 3 === 0 ? "x|y" : "y"}`);
  const labels = await open(csv("path,labels", rows), { task: "multi-label", seed: 2 });
  expect(labels.validation.length).toBe(12);
  expect(labels.validation.filter(({ targets }) => targets[0] === 1).length).toBe(4);
  const numbers = Array.from({ length: 60 }, (_, i) => `${i}.png,${(i * 37) % 60}`);
  const values = await open(csv("path,value", numbers), { task: "regression", seed: 2 });
  const ranges = values.validation.map(({ targets }) => Math.floor(targets[0]! / 12));
  expect([0, 1, 2, 3, 4].map((range) => ranges.filter((each) => each === range).length)).toEqual(
    [2, 2, 2, 2, 2].map(() => expect.closeTo(2.4, 0)),
  );
});

test("no group is cut, in a table or in a data set of classes", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i}.png,${i % 2 ? "x" : "y"},g${i >> 2}`);
  const check = (parts: Pick<PictureTable, "train" | "validation">) => {
    const groups = (samples: readonly { group?: string }[]) => new Set(samples.map((s) => s.group));
    const train = groups(parts.train);
    expect([...groups(parts.validation)].filter((group) => train.has(group))).toEqual([]);
    expect(parts.validation.length).toBe(8);
  };
  check(await open(csv("path,labels,group", rows), { task: "multi-label" }));
  await withFolder({ "list.csv": csv("path,label,group", rows) }, async (root) => {
    const { train, validation } = await openPictures(join(root, "list.csv"));
    const asTargets = (samples: typeof train) => samples.map((s) => ({ ...s, targets: [s.label] }));
    check({ train: asTargets(train), validation: asTargets(validation) });
  });
});

test("what can't be read is left out, and batches hold pictures and targets", async () => {
  const files = {
    "list.csv": csv("path,value", ["a.png,1.5", "bad.png,2", "b.png,-3"]),
    "a.png": picture,
    "b.png": noisePicture(2, { width: 9, height: 8 }),
    "bad.png": "no picture",
  };
  await withFolder(files, async (root) => {
    let table = await openPictureTable(join(root, "list.csv"), {
      task: "regression",
      validation: 0,
    });
    for await (const event of checkPictures(table, { preprocess })) {
      if (event.type === "check-end") table = event.dataset;
    }
    expect(table.skipped.map(({ name }) => name)).toEqual(["bad.png"]);
    const source = targetSource({ samples: table.train, preprocess });
    const { image, targets } = await source.load([1, 0], { epoch: 0 });
    expect(image!.shape).toEqual([2, 4, 4, 3]);
    expect(targets).toEqual({ dtype: "float32", shape: [2, 1], data: Float32Array.of(-3, 1.5) });
  });
});

test.each([
  ["no such column", "path,label\na,x\n", { task: "multi-label" }, /needs "path" and "labels"/],
  ["no label at all", "path,labels\na,\n", { task: "multi-label" }, /has no label in .* "labels"/],
  [
    "an unknown label",
    "path,labels\na,x\nb,x|z\n",
    { task: "multi-label", names: ["x", "y"] },
    /label "z" in row 3, which is none of the model's \(x, y\)/,
  ],
  ["no number", "path,value\na,1\nb,\n", { task: "regression" }, /no number but "" in row 3/],
  ["a word", "path,value\na,tall\n", { task: "regression" }, /no number but "tall" in row 2/],
] as const)("%s is one clear error", async (_, text, options, message) => {
  const error: unknown = await open(text, options).catch((caught: unknown) => caught);
  expect(isGraftError(error, "dataset-invalid")).toBe(true);
  expect(String(error)).toMatch(message);
});
