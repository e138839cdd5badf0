import { expect, test } from "vitest";
import { defaultBackbone, findBackbone, zooNames } from "./find.js";
import { manifest } from "./manifest.generated.js";
import type { ZooEntry, ZooManifest } from "./manifest-type.js";

const entry: ZooEntry = {
  name: "tiny",
  summary: "a test",
  file: "tiny.safetensors",
  bytes: 3,
  sha256: "0",
  config: { architecture: "resnet18" },
  licence: "Apache-2.0",
  attribution: "nobody",
  accuracy: [{ data: "noise", top1: 10 }],
};
const zoo: ZooManifest = { default: "tiny", backbones: [entry] };

test("a backbone is found by name, and the default one without", () => {
  expect(findBackbone("tiny", zoo)).toBe(entry);
  expect(defaultBackbone(zoo)).toBe(entry);
});

test("an unknown name is told with the names there are", () => {
  expect(() => findBackbone("huge", zoo)).toThrow(
    'The zoo has no backbone "huge". It holds: tiny.',
  );
  expect(() => findBackbone("huge", { default: null, backbones: [] })).toThrow("It is empty");
});

test("an empty zoo says so when asked for its default", () => {
  expect(() => defaultBackbone({ default: null, backbones: [] })).toThrow(
    "The zoo of this version holds no backbone.",
  );
});

test("the names are those of the manifest, whose default is one of them", () => {
  expect(zooNames).toEqual(manifest.backbones.map(({ name }) => name));
  if (manifest.default !== null) expect(zooNames).toContain(manifest.default);
});
