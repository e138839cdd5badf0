import { readFileSync } from "node:fs";
import { kerasStore, memorySource } from "@graft-ml/core";
import { makeZip } from "@graft-ml/core/testing";
import { reshapeZip } from "../lib/reshape-zip.js";
import { readAll, type Target } from "../lib/target.js";

const file = (name: string): Uint8Array =>
  readFileSync(new URL(`../../packages/core/src/weights/keras/golden/${name}`, import.meta.url));

/** Signatures of HDF5's structures, names of Keras's attributes, and headers of messages. */
const words = [
  ...["TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP", "layers", "vars", "optimizer"],
  ...["layer_names", "layer_names0", "weight_names", "model_weights", "name", "dtype", "bfloat16"],
  ...["a/kernel:0", "a/", "/", "conv2d_1", "batch_normalization", "\u0010\u0000\u0010\u0000"],
  Uint8Array.of(0x11, 0, 0x10, 0),
  Uint8Array.of(3, 1),
  new Uint8Array(8).fill(255),
];

const run: Target["run"] = (bytes, call) => readAll(kerasStore(memorySource(bytes)), call);

/** HDF5's first forms, as h5py writes them, and its newest; old headers have no checksums. */
export const keras: Target = {
  name: "keras",
  seeds: ["tiny.h5", "tiny.weights.h5", "latest.h5", "chunked.h5"].map(file),
  words,
  run,
};

const layer = { class_name: "Conv2D", config: { name: "a" } };
const config = { class_name: "Functional", config: { name: "model", layers: [layer] } };

export const kerasZip: Target = {
  name: "keras-zip",
  seeds: [
    makeZip([
      { name: "config.json", data: new TextEncoder().encode(JSON.stringify(config)) },
      { name: "model.weights.h5", data: file("tiny.weights.h5") },
    ]),
    makeZip([{ name: "model.weights.h5", data: file("tiny.h5"), deflate: true }]),
  ],
  words: [...words, '"layers": [', '"class_name": "', '"config": {', '"name": "'],
  run,
  reshape: reshapeZip,
};
