import { memorySource, npzStore } from "@graft-ml/core";
import { goldenFiles } from "../lib/golden-files.js";
import { reshapeZip } from "../lib/reshape-zip.js";
import { readAll, type Target } from "../lib/target.js";

/** Few arrays each: `reshape` compresses entries, and the words turn and swap them. */
const small = ["version 2", "version 3", "object", "structured", "complex", "text"];

export const npz: Target = {
  name: "npz",
  seeds: goldenFiles("npz/golden/files.json", (name) => small.includes(name)),
  words: [
    ...["'descr': ", "'fortran_order': True", "'shape': (", "(2, 3)", "(0,)", "()", "}\n", "L,"],
    ...["'<f4'", "'>f8'", "'|b1'", "'|O'", "'<i8'", "[('x', '<f4')]", "\u0093NUMPY", ".npy"],
  ],
  run: (bytes, call) => readAll(npzStore(memorySource(bytes)), call),
  reshape: reshapeZip,
};
