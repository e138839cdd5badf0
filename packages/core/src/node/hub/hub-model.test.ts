import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { type HubServer, hubCommit, startHubServer } from "../../testing/hub-server.js";
import { writeSafetensors } from "../../weights/safetensors.js";
import { openWeights } from "../open-weights.js";
import type { HubSettings } from "./hub-file.js";
import { type HubModel, hubModel } from "./hub-model.js";
import { hubSettings } from "./settings.js";

const array = (value: number) =>
  ({ dtype: "float32", shape: [2], data: Float32Array.of(value, value) }) as const;
const index = (files: Record<string, string>) => JSON.stringify({ weight_map: files });

let server: HubServer;
let cache = "";
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "graft-hub-model-"));
  server = await startHubServer({
    "org/whole": {
      files: {
        "config.json": "{}",
        "model.safetensors": writeSafetensors({ a: array(1) }),
        "pytorch_model.bin": "never fetched",
        "tf_model.h5": "never fetched",
        "vocab.txt": "[PAD]",
      },
    },
    "org/shards": {
      files: {
        "sub/model.safetensors.index.json": index({ a: "1.safetensors", b: "2.safetensors" }),
        "sub/1.safetensors": writeSafetensors({ a: array(1) }),
        "sub/2.safetensors": writeSafetensors({ b: array(2) }),
      },
    },
    "org/torch": { files: { "config.json": "{}", "pytorch_model.bin": "a pickle" } },
    "org/lacking": { files: { "model.safetensors.index.json": index({ a: "1.safetensors" }) } },
    "org/leading-out": { files: { "model.safetensors.index.json": index({ a: "../../x" }) } },
    "org/bare": { files: { "config.json": "{}" } },
  });
});
afterEach(async () => {
  await server.close();
  await rm(cache, { recursive: true });
});

async function fetchModel(
  name: string,
  also: readonly string[] = [],
  changed: Partial<HubSettings> = {},
): Promise<HubModel> {
  const settings = {
    ...(await hubSettings({ endpoint: server.endpoint, cache }, {})),
    ...changed,
  };
  const running = hubModel(name, settings, also);
  let step = await running.next();
  while (!step.done) step = await running.next();
  return step.value;
}

test("safetensors come first, with the configs beside them, all of one commit", async () => {
  const model = await fetchModel("org/whole", ["vocab.txt", "none.txt"]);
  const folder = join(cache, "models--org--whole", "snapshots", hubCommit);
  expect(model).toEqual({
    repo: "org/whole",
    revision: "main",
    commit: hubCommit,
    folder,
    weights: join(folder, "model.safetensors"),
  });
  expect((await readdir(folder)).sort()).toEqual(["config.json", "model.safetensors", "vocab.txt"]);
  const store = await openWeights(folder);
  expect(await store.get("a")).toEqual(array(1));
  const asked = server.requests.map(({ path }) => path);
  expect(asked.filter((path) => path.includes("/main/")).length).toBe(1);
});

test("an index in a folder brings its shards", async () => {
  const { weights } = await fetchModel("org/shards@v1.0:sub/model.safetensors.index.json");
  const store = await openWeights(weights);
  expect(await store.get("b")).toEqual(array(2));
});

test("PyTorch's file is taken where there is nothing better", async () => {
  expect((await fetchModel("org/torch")).weights).toMatch(/pytorch_model\.bin$/);
});

test("what another tool left in the cache serves without a network, though companions lack", async () => {
  const { weights, folder } = await fetchModel("org/torch");
  await rm(join(folder, "config.json"));
  await rm(join(cache, "models--org--torch", ".no_exist"), { recursive: true });
  const dead = { endpoint: "http://127.0.0.1:9", attempts: 1 };
  for (const cutOff of [{ offline: true }, dead]) {
    expect((await fetchModel("org/torch", [], cutOff)).weights).toBe(weights);
    await expect(fetchModel("org/whole", [], cutOff)).rejects.toThrow(/config\.json/);
  }
});

test.each([
  ["org/bare", "source-not-found", "it holds no model.safetensors and no"],
  ["org/whole:none.bin", "source-not-found", "it holds no none.bin"],
  ["org/lacking", "source-not-found", "lists 1.safetensors, which is not there"],
  ["org/leading-out", "weights-corrupt", '"../../x", not a file beside it'],
  ["org/none", "source-not-found", "There is no repository"],
])("%s is %s", async (name, code, text) => {
  const error = await fetchModel(name).catch((caught: unknown) => caught);
  expect(isGraftError(error) && error.code).toBe(code);
  expect(String(error)).toContain(text);
});
