import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { zooNames } from "./find.js";
import { registry } from "./registry.generated.js";
import { findRegistered } from "./registry.js";

test("the generated module says what registry.json says", async () => {
  const written = await readFile(new URL("../registry.json", import.meta.url), "utf8");
  expect({ models: registry }).toEqual(JSON.parse(written));
});

test("each name means one model, and none of them an embedded one", () => {
  const names = [...registry.map(({ name }) => name), ...zooNames];
  expect(new Set(names).size).toBe(names.length);
  expect(findRegistered("VGG16")?.source).toBe("timm/vgg16.tv_in1k");
  expect(findRegistered("vgg17")).toBeUndefined();
});

test("a model of sentences takes the mean of its tokens, which its own config does not say", () => {
  expect(findRegistered("all-minilm-l6-v2")?.config).toMatchObject({ pooling: "mean" });
});

test.for(registry)("$name is complete", ({ source, licence, config, task, ...entry }) => {
  expect(source).toMatch(/^(?:[\w-]+\/[\w.-]+|https:\/\/[\w./-]+-[0-9a-f]{8}\.pth)$/);
  expect(["Apache-2.0", "BSD-3-Clause", "MIT"]).toContain(licence);
  expect(entry.bytes).toBeGreaterThanOrEqual(4 * entry.parameters);
  for (const { top1 } of entry.accuracy) expect(top1 > 50 && top1 < 95).toBe(true);
  if (task === "text") expect(config.max_position_embeddings).toBe(512);
  else
    expect(config).toMatchObject({ num_classes: 1000, input_size: [3, 224, 224], crop_pct: 0.875 });
});
