import type { Target } from "../lib/target.js";
import { keras, kerasZip } from "./keras.js";
import { npz } from "./npz.js";
import { pytorch, pytorchLegacy } from "./pytorch.js";
import { safetensors } from "./safetensors.js";
import { tfjs } from "./tfjs.js";
import { zip } from "./zip.js";

/** One target a format, by the name that the command line knows. */
export const targets: readonly Target[] = [
  safetensors,
  pytorch,
  pytorchLegacy,
  zip,
  npz,
  keras,
  kerasZip,
  tfjs,
];
