import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { initWeights } from "../models/init-weights.js";
import { addLora } from "../models/lora.js";
import { createModel } from "../models/registry.js";
import { loadAdapter, saveAdapter } from "./adapters.js";
import { openWeights } from "./open-weights.js";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "graft-adapters-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const sizes = { block: "basic", blocks: [1], widths: [4], stemWidth: 4 } as const;
const plain = createModel("resnet", { ...sizes, numClasses: 3 });
const model = addLora(plain, { rank: 2 });

test("a folder of PEFT's layout is written and read", async () => {
  const folder = join(root, "new", "adapter");
  const weights = initWeights(model, { seed: 5 });
  await saveAdapter(folder, { model, weights });
  expect((await readdir(folder)).sort()).toEqual([
    "adapter_config.json",
    "adapter_model.safetensors",
  ]);
  expect(JSON.parse(await readFile(join(folder, "adapter_config.json"), "utf8"))).toMatchObject({
    peft_type: "LORA",
    r: 2,
    modules_to_save: ["fc"],
  });
  const store = await openWeights(join(folder, "adapter_model.safetensors"));
  expect(Object.keys(await store.list())).toContain("base_model.model.fc.weight");
  const read = await loadAdapter(folder, plain);
  expect(read.model.specs).toEqual(model.specs);
  expect(Object.keys(read.weights)).toHaveLength(6);
  for (const [name, { data }] of Object.entries(read.weights)) {
    expect([...data], name).toEqual([...weights[name]!.data]);
  }
  // Saving again overwrites, and leaves nothing half-written.
  await saveAdapter(folder, { model, weights });
  expect(await readdir(folder)).toHaveLength(2);
});

test("a folder without its files, or with another's, is refused by name", async () => {
  await expect(loadAdapter(root, plain)).rejects.toThrow(/adapter_config.json can't be read/);
  await writeFile(join(root, "adapter_config.json"), "[1");
  await expect(loadAdapter(root, plain)).rejects.toThrow(/no JSON object/);
  await writeFile(join(root, "adapter_config.json"), '{"peft_type":"LORA"}');
  await expect(loadAdapter(root, plain)).rejects.toThrow(/adapter_model.safetensors/);
  const folder = join(root, "four");
  const four = createModel("resnet", { ...sizes, numClasses: 4 });
  const other = addLora(four, { rank: 2 });
  await saveAdapter(folder, { model: other, weights: initWeights(other, { seed: 1 }) });
  await expect(loadAdapter(folder, plain)).rejects.toThrow(
    /fc.weight" is \[4, 4\], \[3, 4\] expected/,
  );
  const blocked = join(root, "adapter_config.json");
  const weights = initWeights(model, { seed: 1 });
  await expect(saveAdapter(blocked, { model, weights })).rejects.toThrow(/can't be written/);
});
