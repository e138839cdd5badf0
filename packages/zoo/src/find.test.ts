import { expect, test } from "vitest";
import { defaultBackbone, findBackbone, zooNames } from "./find.js";
import { manifest } from "./manifest.generated.js";
import type { ZooEntry, ZooManifest } from "./manifest-type.js";

const entry: ZooEntry = {
  name: "tiny",
  reads: "pictures",
  summary: "a test",
  file: "tiny.safetensors",
  bytes: 3,
  sha256: "0",
  config: { architecture: "resnet18" },
  licence: "Apache-2.0",
  attribution: "nobody",
  accuracy: [{ data: "noise", top1: 10 }],
};
const zoo: ZooManifest = { defaults: { pictures: "tiny", texts: null }, backbones: [entry] };
const empty: ZooManifest = { defaults: { pictures: null, texts: null }, backbones: [] };

test("a backbone is found by name, and the default one of its kind without", () => {
  expect(findBackbone("tiny", zoo)).toBe(entry);
  expect(defaultBackbone("pictures", zoo)).toBe(entry);
});

test("an unknown name is told with the names there are", () => {
  expect(() => findBackbone("huge", zoo)).toThrow(
    'The zoo has no backbone "huge". It holds: tiny.',
  );
  expect(() => findBackbone("huge", empty)).toThrow("It is empty");
});

test("a zoo without a default of a kind says so when asked for it", () => {
  expect(() => defaultBackbone("texts", zoo)).toThrow(
    "The zoo of this version holds no backbone for texts.",
  );
});

test("the names are those of the manifest, whose defaults read what they are for", () => {
  expect(zooNames).toEqual(manifest.backbones.map(({ name }) => name));
  for (const reads of ["pictures", "texts"] as const) {
    if (manifest.defaults[reads] !== null) expect(defaultBackbone(reads).reads).toBe(reads);
  }
});
