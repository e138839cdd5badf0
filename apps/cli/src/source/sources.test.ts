import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isGraftError } from "@graft-ml/core";
import { type HubServer, hubCommit, startHubServer } from "@graft-ml/core/testing";
import type { Preprocess } from "@graft-ml/vision";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeBackbone, scratchFolder } from "../testing.js";
import { hubNameOf } from "./hub.js";
import { preprocessOf } from "./model-input.js";
import { type ModelSource, type OpenEvent, openModel } from "./model-source.js";

let [folder, remove] = ["", async () => {}];
let server: HubServer;
beforeEach(async () => {
  ({ folder, remove } = await scratchFolder());
  const made = await makeBackbone(join(folder, "made"));
  const read = (name: string) => readFile(join(made, name));
  const weights = await read("model.safetensors");
  const { input_size, crop_pct, ...config } = JSON.parse(
    await readFile(join(made, "config.json"), "utf8"),
  );
  server = await startHubServer({
    "org/tiny": {
      files: {
        "README.md": "---\nlicense: mit\n---\n",
        "config.json": JSON.stringify(config),
        "preprocessor_config.json": JSON.stringify({
          size: 12,
          do_center_crop: true,
          crop_size: 10,
        }),
        "model.safetensors": weights,
        "other.safetensors": weights,
      },
    },
    "org/timm": {
      files: {
        "config.json": JSON.stringify({
          ...config,
          pretrained_cfg: { input_size, crop_pct, license: "bsd-3-clause" },
        }),
        "model.safetensors": weights,
      },
    },
    "org/unknown": { files: { "model.safetensors": weights } },
  });
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HUB_CACHE", join(folder, "hub"));
  vi.stubEnv("GRAFT_CACHE", join(folder, "graft"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await remove();
});

type Opened = ModelSource & { events: OpenEvent[]; preprocess: Preprocess };

async function open(name: string): Promise<Opened> {
  const running = openModel(name);
  const events: OpenEvent[] = [];
  let step = await running.next();
  for (; !step.done; step = await running.next()) events.push(step.value);
  return { ...step.value, preprocess: preprocessOf(step.value.input), events };
}

test("a repository of the hub opens with its weights, its view of pictures and its licence", async () => {
  const { source, preprocess, weights, events } = await open("org/tiny");
  expect(source).toBe(`org/tiny@${hubCommit}`);
  expect(preprocess).toMatchObject({ size: [10, 10], resize: { kind: "short-side", pixels: 12 } });
  expect(Object.keys(weights).length).toBeGreaterThan(10);
  expect(events.at(-1)).toEqual({
    type: "model-opened",
    source,
    from: "org/tiny on the hub, commit 01234567",
    licence: "mit",
  });
  expect((await open(source)).source).toBe(source);
  expect((await open("hub:org/tiny@v1.0:other.safetensors")).source).toBe(
    `org/tiny@${hubCommit}:other.safetensors`,
  );
});

test("timm's config says how it wants its pictures and its licence", async () => {
  const { preprocess, events } = await open("org/timm");
  expect(preprocess.size).toEqual([16, 16]);
  expect(events.at(-1)).toMatchObject({ licence: "bsd-3-clause" });
});

test("an address is that of the weights' file or of a folder", async () => {
  const base = `${server.endpoint}/org/timm/resolve/main/`;
  for (const url of [base, `${base}model.safetensors`]) {
    const { source, preprocess } = await open(url);
    expect([source, preprocess.size]).toEqual([url, [16, 16]]);
  }
});

test.each([
  ["org/none", "source-not-found", "There is no repository"],
  ["org/unknown", "source-not-found", "has no config.json, so its architecture is unknown"],
  ["nothing", "source-not-found", 'There is no model "nothing"'],
  ["./org/tiny", "source-not-found", "no such folder"],
])("%s is told", async (name, code, text) => {
  const error = await open(name).catch((caught: unknown) => caught);
  expect(isGraftError(error) && error.code).toBe(code);
  expect(String(error)).toContain(text);
});

test("what can be a repository's name", () => {
  expect(hubNameOf("a/b")).toEqual({ repo: "a/b", revision: "main" });
  expect(hubNameOf("hub:gpt2")?.repo).toBe("gpt2");
  expect(hubNameOf("gpt2")).toBeUndefined();
  expect(hubNameOf("a/b/c")).toBeUndefined();
  expect(hubNameOf("../b")).toBeUndefined();
  expect(hubNameOf("a/..")).toBeUndefined();
});
