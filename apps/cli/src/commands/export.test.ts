import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openWeights } from "@graft-ml/core/node";
import { openOnnxFile } from "@graft-ml/gpu-backend/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Launch } from "../command.js";
import { collect, makeBackbone, makePictures, scratchFolder } from "../testing.js";
import { exportCommand } from "./export.js";

let [folder, pictures, backbone] = ["", "", ""];
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  pictures = await makePictures(join(folder, "pictures"), 4);
  backbone = await makeBackbone(join(folder, "backbone"));
});
afterAll(() => remove());

/** The events of one export of the tiny model. */
async function exported(format: string, ...more: string[]): Promise<readonly object[]> {
  let events: readonly object[] = [];
  const launch: Launch = async (_, work) => {
    const { signal } = new AbortController();
    events = await collect(work({ signal, stdin: process.stdin }));
  };
  const out = join(folder, [format, ...more].join("").replaceAll("/", ""));
  const args = [backbone, "--format", format, "--out", out, "--device", "cpu", "--samples", "4"];
  await exportCommand(launch)
    .exitOverride()
    .parseAsync([...args, ...more], { from: "user" });
  return events;
}

const read = async (...path: string[]) => JSON.parse(await readFile(join(folder, ...path), "utf8"));

test("an ONNX file says what the trainer says, on the pictures that are named", async () => {
  const end = (await exported("onnx", "--data", pictures)).at(-1);
  const parity = await read(`onnx--data${pictures.replaceAll("/", "")}`, "parity.json");
  expect(end).toMatchObject({ type: "export-end", ...parity });
  expect(parity).toMatchObject({ format: "onnx", samples: { kind: "pictures", count: 4 } });
  expect(parity.samples.names[0]).toMatch(/\.png$/);
  expect(parity.sameLabel).toBe(4);
  expect(parity.largestAbsoluteDifference).toBeLessThan(1e-4);
  expect(parity.largestLogit).toBeGreaterThan(1e-3);
});

test("without pictures it is compared on noise, and says so", async () => {
  await exported("transformers");
  const { samples, largestScoreDifference } = await read("transformers", "parity.json");
  expect(samples).toMatchObject({ kind: "noise", count: 4, from: `${backbone} is no run` });
  expect(largestScoreDifference).toBeLessThan(1e-5);
  expect(await read("transformers", "config.json")).toMatchObject({
    model_type: "resnet",
    id2label: { 0: "0", 4: "4" },
    label2id: { 0: 0, 4: 4 },
  });
  expect(await read("transformers", "preprocessor_config.json")).toMatchObject({
    do_resize: true,
    size: { shortest_edge: 16 },
    do_normalize: true,
  });
});

test("with preprocessing inside, pictures of any size and any batch go in as they are", async () => {
  const parts = [
    ["onnx", "--with-preprocessing"],
    ["transformers", "--with-preprocessing"],
  ] as const;
  for (const [format, flag] of parts) {
    await exported(format, flag);
    const { largestScoreDifference } = await read(`${format}${flag}`, "parity.json");
    expect(largestScoreDifference).toBeLessThan(1e-3);
  }
  const web = await read("transformers--with-preprocessing", "preprocessor_config.json");
  expect(web).toMatchObject({ do_resize: false, do_center_crop: false, do_rescale: false });
  const file = await openOnnxFile(join(folder, "onnx--with-preprocessing", "model.onnx"));
  const data = new Uint8Array(2 * 9 * 30 * 3).fill(120);
  const { logits } = await file.run({ pixels: { dtype: "uint8", shape: [2, 9, 30, 3], data } });
  await file.close();
  expect(logits?.shape).toEqual([2, 5]);
  expect(logits?.data.subarray(0, 5)).toEqual(logits?.data.subarray(5));
});

test("a tfjs graph model says what the trainer says when tfjs's own reader runs it", async () => {
  const end = (await exported("tfjs")).at(-1);
  expect(end).toMatchObject({ format: "tfjs", sameLabel: 4 });
  const { exported: runtime, largestAbsoluteDifference } = await read("tfjs", "parity.json");
  expect(runtime).toMatch(/^tfjs-converter /);
  expect(largestAbsoluteDifference).toBeLessThan(1e-5);
});

test("safetensors hold the same weights under the same names", async () => {
  const end = (await exported("safetensors")).at(-1);
  expect(end).toMatchObject({ largestAbsoluteDifference: 0, sameLabel: 4 });
  const before = await openWeights(backbone);
  const after = await openWeights(join(folder, "safetensors"));
  const names = Object.keys(await before.list());
  expect(Object.keys(await after.list()).sort()).toEqual(names.sort());
  for (const name of names) expect(await after.get(name)).toEqual(await before.get(name));
});

test("a folder that holds something is not written into; preprocessing has no place in weights", async () => {
  await expect(exported("safetensors")).rejects.toMatchObject({ code: "run-invalid" });
  await expect(exported("safetensors", "--with-preprocessing")).rejects.toMatchObject({
    code: "usage",
  });
});
