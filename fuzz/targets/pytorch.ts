import { memorySource, pytorchStore } from "@graft-ml/core";
import { goldenFiles } from "../lib/golden-files.js";
import { reshapeZip } from "../lib/reshape-zip.js";
import { readAll, type Target } from "../lib/target.js";

const seeds = (format: string): Uint8Array[] =>
  goldenFiles("pytorch/golden/files.json", (name) => name.includes(format));

/** Operations and names of pickles: what Python would run, too. */
const words = [
  ...["ctorch._utils\n_rebuild_tensor_v2\n", "ctorch._utils\n_rebuild_tensor_v3\n"],
  ...["ctorch._utils\n_rebuild_parameter\n", "ctorch\nFloatStorage\n", "ctorch\nBoolStorage\n"],
  ...["ctorch\nUntypedStorage\n", "ctorch\nfloat16\n", "ctorch\nSize\n", "ctorch\ndevice\n"],
  ...["ccollections\nOrderedDict\n", "c_codecs\nencode\n", "cposix\nsystem\n", "cbuiltins\neval\n"],
  ...["(t", "(lR", ")R", "}(u", "]a", "Q", "0", "2", "h\u0000", "q\u0000", "tR.", "NN", "b", "."],
  ...["U\u0007storage", "U\u00010", "U\u0003cpu", "U\u0006latin1", "__proto__", "state_dict"],
  Uint8Array.of(0x80, 2),
  Uint8Array.of(0x8a, 8, 255, 255, 255, 255, 255, 255, 255, 127),
  Uint8Array.of(0x8d, 255, 255, 255, 255, 255, 255, 255, 255),
  Uint8Array.of(0x85, 0x86, 0x87, 0x88, 0x89),
  Uint8Array.of(0x93, 0x94, 0x95, 0x81),
];

const run: Target["run"] = (bytes, call) => readAll(pytorchStore(memorySource(bytes)), call);

export const pytorch: Target = {
  name: "pytorch",
  seeds: seeds("zip"),
  words: [...words, "data.pkl", "/data/", "byteorder", "big", "little"],
  run,
  reshape: reshapeZip,
};

/** No checksums or lengths stand before the pickles: plain mutations reach everything. */
export const pytorchLegacy: Target = {
  name: "pytorch-legacy",
  seeds: seeds("legacy"),
  words,
  run,
};
