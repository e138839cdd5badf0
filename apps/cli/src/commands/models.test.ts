import { expect, test } from "vitest";
import { collect } from "../testing.js";
import { models } from "./models.js";

const entry = {
  name: "tiny",
  summary: "a test",
  file: "tiny.safetensors",
  bytes: 3,
  sha256: "0",
  config: {},
  licence: "Apache-2.0",
  attribution: "nobody",
  accuracy: [],
};

test("an event for each backbone, the default marked, then their number", async () => {
  const events = await collect(models({ default: "tiny", backbones: [entry] }));
  expect(events).toEqual([
    {
      type: "model",
      isDefault: true,
      name: "tiny",
      summary: "a test",
      bytes: 3,
      sha256: "0",
      licence: "Apache-2.0",
      attribution: "nobody",
      accuracy: [],
    },
    { type: "models-end", count: 1 },
  ]);
});
