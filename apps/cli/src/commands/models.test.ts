import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { registry, type ZooEntry } from "@graft-ml/zoo";
import { expect, test } from "vitest";
import { collect, scratchFolder } from "../testing.js";
import { models } from "./models.js";

const entry: ZooEntry = {
  name: "tiny",
  reads: "pictures",
  summary: "a test",
  file: "tiny.safetensors",
  bytes: 3,
  sha256: "0",
  config: { input_size: [3, 8, 9], mean: [0, 0, 0], std: [1, 1, 1], crop_pct: 1 },
  licence: "Apache-2.0",
  attribution: "nobody",
  accuracy: [],
};
const zoo = { defaults: { pictures: "tiny", texts: null }, backbones: [entry] };

test("an event for each embedded backbone, the default marked, then their number", async () => {
  const settings = { cache: "/none", checkpoints: "/none", urls: "/none" };
  const events = await collect(models({ zoo, registered: [], settings }));
  expect(events).toEqual([
    {
      type: "model",
      isDefault: true,
      name: "tiny",
      task: "image",
      summary: "a test",
      source: "embedded",
      embedded: true,
      available: true,
      input: { pixels: [8, 9] },
      mean: [0, 0, 0],
      std: [1, 1, 1],
      cropPct: 1,
      bytes: 3,
      licence: "Apache-2.0",
      accuracy: [],
    },
    { type: "models-end", count: 1, cache: "/none" },
  ]);
});

test("registered models say where they are from and whether they are here already", async () => {
  const { folder, remove } = await scratchFolder();
  const settings = { cache: folder, checkpoints: join(folder, "torch"), urls: folder };
  const commit = "0".repeat(40);
  const repo = join(folder, "models--timm--vgg16.tv_in1k");
  await mkdir(join(repo, "refs"), { recursive: true });
  await writeFile(join(repo, "refs", "main"), commit);
  await mkdir(join(repo, "snapshots", commit), { recursive: true });
  await writeFile(join(repo, "snapshots", commit, "model.safetensors"), "x");
  await mkdir(settings.checkpoints);
  await writeFile(join(settings.checkpoints, "squeezenet1_1-b8a52dc0.pth"), "x");
  const events = await collect(models({ zoo, settings }));
  const found = events.flatMap((event) => (event.type === "model" ? [event] : []));
  expect(found.length).toBe(1 + registry.length);
  const here = found.filter(({ available, embedded }) => available && !embedded);
  expect(here.map(({ name }) => name)).toEqual(["vgg16", "squeezenet1_1"]);
  expect(found.find(({ name }) => name === "resnet50")).toMatchObject({
    source: "timm/resnet50.tv_in1k",
    embedded: false,
    available: false,
    licence: "BSD-3-Clause",
    parameters: 25557032,
    input: { pixels: [224, 224] },
    interpolation: "bilinear",
    accuracy: [{ top1: 76.13 }],
  });
  expect(found.find(({ name }) => name === "bert-base-uncased")?.input).toEqual({ tokens: 512 });
  await remove();
});
