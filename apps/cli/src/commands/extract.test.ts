import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  encodeSafetensors,
  type FloatWeights,
  modelFromConfig,
  readSafetensors,
} from "@graft-ml/core";
import { formulaValues, readGolden, worstDifference } from "@graft-ml/core/testing";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Launch } from "../command.js";
import { makeBackbone, scratchFolder } from "../testing.js";
import { extractCommand } from "./extract.js";

type Golden = {
  blocks: number[];
  widths: number[];
  picture: [number, number];
  features: number[];
};
const golden = readGolden<Golden>(import.meta.url, "../golden/extract.json");
const { blocks, widths } = golden;
const [height, width] = golden.picture;

let [folder, remove] = ["", async () => {}];
const at = (...names: string[]): string => join(folder, ...names);
const picture = () => at("picture.png");

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  const pixels = Uint8Array.from(formulaValues("picture", height * width * 3, 0, 256));
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(picture());
  await mkdir(at("pictures"));
  for (const name of ["a.png", "b.png"]) await copyFile(picture(), at("pictures", name));
  await writeFile(at("broken.png"), "no picture");
  await makeVgg(at("vgg"));
});
afterAll(() => remove());

/** A folder with a narrow VGG's convolutions alone, as of a file without its top. */
async function makeVgg(folder: string): Promise<void> {
  const sizes = { blocks, widths, hidden_width: 8, num_classes: 3 };
  const config = { architecture: "vgg", ...sizes, input_size: [3, 224, 224] };
  const specs = Object.entries(modelFromConfig(config).specs);
  const weights = specs.flatMap(([name, { shape }]): [string, FloatWeights[string]][] => {
    if (!name.startsWith("features.")) return [];
    const count = shape.reduce((all, size) => all * size, 1);
    const bound = shape.length > 1 ? Math.sqrt(6 / (count / shape[0]!)) : 0.3;
    return [[name, { dtype: "float32", shape, data: formulaValues(name, count, -bound, bound) }]];
  });
  await mkdir(folder);
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  const parts = encodeSafetensors(Object.fromEntries(weights));
  await writeFile(join(folder, "model.safetensors"), Buffer.concat(parts));
}

/** Runs `graft extract` and gives what it says to a person, and the file that it wrote. */
async function extract(data: string, ...more: string[]) {
  const [said, warned]: [string[], string[]] = [[], []];
  const launch: Launch = async (_options, work, view) => {
    const context = { signal: new AbortController().signal, stdin: Readable.from([]) };
    for await (const event of work(context)) {
      said.push(view.result?.(event, 100) ?? "");
      warned.push(view.warning?.(event) ?? "");
    }
  };
  const out = at("features.safetensors");
  const flags = ["--backbone", at("vgg"), "--device", "native", "--out", out];
  await extractCommand(launch).parseAsync([data, ...flags, ...more], { from: "user" });
  return { said: said.join(""), warned: warned.join(""), ...readSafetensors(await readFile(out)) };
}

test("one picture's flattened maps are PyTorch's, from a file without the head", async () => {
  const { said, warned, weights, metadata } = await extract(picture(), "--layer", "flatten");
  expect(said).toMatch(/^flatten of 1 picture, 245 numbers each, in .+features.safetensors$/);
  expect(warned).toBe("");
  expect(weights.features?.shape).toEqual([1, 245]);
  expect(worstDifference(weights.features!.data as Float32Array, golden.features)).toBeLessThan(
    1e-5,
  );
  expect(weights.labels).toBeUndefined();
  expect(metadata).toMatchObject({ layer: "flatten", inputs: '["picture.png"]', classes: "[]" });
});

test("a folder's maps with channels last, as maps or as a row a picture", async () => {
  const { weights: maps } = await extract(at("pictures"), "--layer", "block5");
  expect(maps.features?.shape).toEqual([2, 7, 7, 5]);
  const flat = await extract(at("pictures"), "--layer", "block5", "--flatten");
  expect(flat.said).toMatch(/^block5 of 2 pictures, 245 numbers each/);
  expect(flat.weights.features?.shape).toEqual([2, 245]);
  expect(flat.weights.features?.data).toEqual(maps.features?.data);
  const one = golden.features.map((_, i) => golden.features[(i % 5) * 49 + Math.floor(i / 5)]!);
  expect(worstDifference(maps.features!.data as Float32Array, [...one, ...one])).toBeLessThan(1e-5);
});

test("a layer that is not there, weights that it lacks, and a broken picture are told", async () => {
  await expect(extract(picture(), "--layer", "blok5")).rejects.toThrow(
    '"vgg" has no stage "blok5". Its stages are block1, ',
  );
  await expect(extract(picture(), "--layer", "fc1")).rejects.toThrow(
    '"classifier.0.weight" is missing',
  );
  await expect(extract(at("broken.png"), "--layer", "flatten")).rejects.toThrow("broken.png");
});

test("weights that no model has are refused, also where only some are read", async () => {
  const backbone = await makeBackbone(at("strange"), (weights) => ({
    ...weights,
    "fc2.weight": { dtype: "float32", shape: [1], data: new Float32Array(1) },
  }));
  await expect(extract(picture(), "--layer", "layer1", "--backbone", backbone)).rejects.toThrow(
    '"fc2.weight" is not the model\'s',
  );
});
