import { type ByteSource, memorySource, tfjsStore } from "@graft-ml/core";
import { join } from "../lib/mutate.js";
import { readAll, type Target } from "../lib/target.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const weight = (name: string, more: object) => ({ name, shape: [2], dtype: "float32", ...more });
const affine = { scale: 0.5, min: -1 };
const manifest = {
  weightsManifest: [
    { paths: ["one.bin"], weights: [weight("a", {}), weight("b", { shape: [], dtype: "int32" })] },
    {
      paths: ["two.bin", "sub/three.bin"],
      weights: [
        weight("c", { shape: [8], quantization: { dtype: "uint8", ...affine } }),
        weight("d", { shape: [2, 2], quantization: { dtype: "uint16", ...affine } }),
        weight("e", { quantization: { dtype: "float16" } }),
        weight("f", { shape: [4], dtype: "bool" }),
      ],
    },
  ],
};

/** An input is a model.json, a zero byte, and the bytes of all shards: a third in each. */
function split(bytes: Uint8Array): { model: Uint8Array; open: (path: string) => ByteSource } {
  const found = bytes.indexOf(0);
  const end = found < 0 ? bytes.length : found;
  const data = bytes.subarray(end + 1);
  const third = Math.floor(data.length / 3);
  const parts: Readonly<Record<string, Uint8Array>> = {
    "one.bin": data.subarray(0, third),
    "two.bin": data.subarray(third, 2 * third),
  };
  const open = (path: string): ByteSource =>
    memorySource(parts[path] ?? data.subarray(2 * third), path);
  return { model: bytes.subarray(0, end), open };
}

export const tfjs: Target = {
  name: "tfjs",
  seeds: [
    join(text(JSON.stringify(manifest)), new Uint8Array(37).fill(1).fill(0, 0, 1)),
    text('{"weightsManifest":[]}'),
  ],
  words: [
    ...["float32", "float16", "int32", "uint8", "uint16", "bool", "string", "complex64"],
    ...['"quantization":{', '"scale":1', '"min":0', '"paths":["', '"weights":[', '"shape":['],
    ...[
      "../",
      "/",
      "\\",
      "one.bin",
      "two.bin",
      "1e9",
      "1e308",
      "0.5",
      "-0",
      "null",
      "]]",
      "__proto__",
    ],
  ],
  async run(bytes, call) {
    const { model, open } = split(bytes);
    await readAll(tfjsStore(memorySource(model, "model.json"), open), call);
  },
  /** Changes the shards' bytes alone, so that the manifest stays true. */
  async reshape(bytes, change) {
    const end = bytes.indexOf(0);
    if (end < 0) return undefined;
    const data = bytes.subarray(end + 1);
    const changed = change(data).subarray(0, data.length);
    const same = join(changed, data.subarray(changed.length));
    return join(bytes.subarray(0, end + 1), same);
  },
};
