import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sharedPath } from "@graft-ml/core/testing";
import { afterAll, expect, test } from "vitest";
import { makeBackbone, scratchFolder } from "../testing.js";
import { type ModelSource, openModel } from "./model-source.js";

const { folder, remove } = await scratchFolder();
afterAll(remove);

async function open(name: string): Promise<ModelSource> {
  const events = openModel(name);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

test("MODEL may be a folder as tfjs writes it, its classes one a line", async () => {
  const shapes = {
    "block1_conv1/kernel": [3, 3, 3, 2],
    "block1_conv1/bias": [2],
    "fc1/kernel": [98, 3],
    "fc1/bias": [3],
    "fc2/kernel": [3, 3],
    "fc2/bias": [3],
    "predictions/kernel": [3, 2],
    "predictions/bias": [2],
  };
  const weights = Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    dtype: "float32",
  }));
  const count = weights.reduce(
    (sum, { shape }) => sum + shape.reduce((all, size) => all * size),
    0,
  );
  const path = join(folder, "tfjs");
  await mkdir(path);
  await writeFile(
    join(path, "all.bin"),
    new Uint8Array(Float32Array.from({ length: count }, (_, i) => i).buffer),
  );
  await writeFile(
    join(path, "model.json"),
    JSON.stringify({ weightsManifest: [{ paths: ["all.bin"], weights }] }),
  );
  await writeFile(join(path, "labels.txt"), "cat\ndog\r\n");
  const config = {
    ...{ architecture: "vgg", blocks: [1], widths: [2], hidden_width: 3, num_classes: 2 },
    ...{ input_size: [3, 14, 14], class_index: "labels.txt, in the order of the outputs" },
  };
  await writeFile(join(path, "config.json"), JSON.stringify(config));
  const opened = await open(path);
  expect(opened.classes).toEqual([{ name: "cat" }, { name: "dog" }]);
  const filter = opened.weights["features.0.weight"];
  expect(filter?.shape).toEqual([2, 3, 3, 3]);
  // [row, column, in, out] = [0, 1, 2, 1] of the file.
  expect(filter?.data[((1 * 3 + 2) * 3 + 0) * 3 + 1]).toBe((1 * 3 + 2) * 2 + 1);
});

test("MODEL may be one weights file beside its config.json", async () => {
  const path = await makeBackbone(join(folder, "one"));
  const file = join(path, "best.safetensors");
  await rename(join(path, "model.safetensors"), file);
  const opened = await open(file);
  expect(opened.source).toBe(file);
  expect(opened.model.numClasses).toBe(5);
});

const checkpoint = sharedPath("weights/resnet20-cifar10/model.th");
test.skipIf(checkpoint === undefined)(
  "a PyTorch checkpoint saved by DataParallel opens as its safetensors do (needs ../shared)",
  async () => {
    const [pickled, plain] = [await open(checkpoint!), await open(join(checkpoint!, ".."))];
    const bytes = ({ weights }: ModelSource) =>
      Object.keys(plain.weights).map((name) => Buffer.from(weights[name]!.data.buffer));
    expect(Object.keys(pickled.weights)).toEqual(Object.keys(plain.weights));
    expect(Buffer.concat(bytes(pickled)).equals(Buffer.concat(bytes(plain)))).toBe(true);
  },
);
