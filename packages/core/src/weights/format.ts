import { corrupt } from "./corrupt.js";
import type { ByteSource } from "./store.js";
import { openZip } from "./zip.js";

/** How a weights file is read; "json" is a tfjs model or an index of shards. */
export type WeightsFormat = "safetensors" | "pytorch" | "npz" | "keras" | "json";

type Test = (first: Uint8Array) => boolean;

const begins =
  (...bytes: readonly number[]): Test =>
  (first) =>
    bytes.every((byte, i) => first[i] === byte);

/** What files begin with. The pickles of PyTorch's older format begin with their protocol, 0 to 5. */
const signatures: readonly (readonly [Test, WeightsFormat | "zip"])[] = [
  // Eight bytes of header length, below 2^32, then JSON: first, as a length may look like anything.
  [(first) => first[8] === 0x7b && first.subarray(4, 8).every((byte) => byte === 0), "safetensors"],
  [begins(0x50, 0x4b), "zip"],
  [begins(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), "keras"],
  [(first) => first[0] === 0x80 && (first[1] ?? 6) <= 5, "pytorch"],
  // The older format's magic number, as a pickle without a protocol spells it.
  [begins(...new TextEncoder().encode("L119547037146")), "pytorch"],
  [begins(0x7b), "json"],
];

/** What a file is, by its first bytes and, of a zip archive, by its entries. Throws `weights-corrupt`. */
export async function weightsFormat(source: ByteSource): Promise<WeightsFormat> {
  const first = await source.read(0, Math.min(16, await source.size()));
  const [, format] = signatures.find(([test]) => test(first)) ?? [];
  if (format === undefined) {
    const hex = [...first.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
    throw corrupt(
      source.name,
      `it begins with the bytes [${hex.join(" ")}], which no known format does (safetensors, PyTorch, npz, Keras, tfjs)`,
    );
  }
  return format === "zip" ? zipFormat(source) : format;
}

async function zipFormat(source: ByteSource): Promise<WeightsFormat> {
  const names = [...(await openZip(source)).entries.keys()];
  if (names.some((name) => /(^|\/)data\.pkl$/.test(name))) return "pytorch";
  if (names.includes("model.weights.h5")) return "keras";
  if (names.length > 0 && names.every((name) => name.endsWith(".npy"))) return "npz";
  throw corrupt(
    source.name,
    "it is a zip archive with neither data.pkl (PyTorch), model.weights.h5 (Keras) nor only .npy files (NumPy)",
  );
}
