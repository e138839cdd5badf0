import { corrupt } from "../corrupt.js";
import { dtypeBytes, sizeOf } from "../dtype.js";
import type { DType } from "../host-tensor.js";
import type { Quantization } from "./quantization.js";

/** One weight of a group: where its bytes lie among the group's shards laid end to end. */
export type ManifestEntry = {
  readonly name: string;
  readonly shape: readonly number[];
  /** What the numbers are once read. */
  readonly dtype: DType;
  /** What the bytes are. */
  readonly stored: DType;
  readonly quantization?: Quantization;
  readonly start: number;
  readonly end: number;
};

export type ManifestGroup = {
  readonly paths: readonly string[];
  readonly entries: readonly ManifestEntry[];
  /** What the shards must hold, all together. */
  readonly bytes: number;
};

type Fields = Readonly<Record<string, unknown>>;

/** Topologies of large graphs take a few megabytes; more is no manifest. */
export const largestManifest = 256 * 2 ** 20;

/** Checks the whole `weightsManifest` of a model.json; touches no shard. Throws `weights-corrupt`. */
export function parseManifest(bytes: Uint8Array, file: string): readonly ManifestGroup[] {
  const { weightsManifest } = parseJson(bytes, file);
  if (!Array.isArray(weightsManifest)) {
    throw corrupt(file, 'it has no "weightsManifest", so it is no tfjs model');
  }
  const groups = weightsManifest.map((group: unknown, at) => parseGroup(file, group, at));
  requireUnique(
    file,
    "shard",
    groups.flatMap(({ paths }) => paths),
  );
  requireUnique(
    file,
    "tensor",
    groups.flatMap(({ entries }) => entries.map(({ name }) => name)),
  );
  return groups;
}

function parseJson(bytes: Uint8Array, file: string): Fields {
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isRecord(json)) return json;
  } catch (cause) {
    throw corrupt(file, "it is not JSON", {}, cause);
  }
  throw corrupt(file, "it is not a JSON object");
}

function parseGroup(file: string, group: unknown, at: number): ManifestGroup {
  if (!isRecord(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights)) {
    throw corrupt(file, `group ${at} of its weightsManifest has no lists of paths and weights`);
  }
  const paths = group.paths.map((path: unknown) => parsePath(file, path));
  const entries: ManifestEntry[] = [];
  let position = 0;
  for (const weight of group.weights as readonly unknown[]) {
    const entry = parseEntry(file, weight, position);
    position = entry.end;
    entries.push(entry);
  }
  return { paths, entries, bytes: position };
}

/** Names below the manifest's folder, and nothing that could lead out of it. */
function parsePath(file: string, path: unknown): string {
  const parts = typeof path === "string" ? path.split("/") : [];
  const isBelow = parts.length > 0 && parts.every((part) => /^[\w@=+,-][\w@=+,. -]*$/.test(part));
  if (isBelow) return path as string;
  throw corrupt(file, `it places weights in ${JSON.stringify(path)}, not a file beside it`);
}

const readable: Readonly<Record<string, DType>> = {
  float32: "float32",
  float16: "float16",
  int32: "int32",
  uint8: "uint8",
  bool: "bool",
};

function parseEntry(file: string, weight: unknown, start: number): ManifestEntry {
  if (!isRecord(weight) || typeof weight.name !== "string") {
    throw corrupt(file, "a weight of its weightsManifest has no name");
  }
  const { name, shape } = weight;
  const told = typeof weight.dtype === "string" ? weight.dtype : "";
  const dtype = Object.hasOwn(readable, told) ? readable[told] : undefined;
  if (dtype === undefined) {
    throw corrupt(
      file,
      `tensor "${name}" has the dtype ${JSON.stringify(weight.dtype)}; ${Object.keys(readable).join(", ")} can be read`,
      { tensor: name },
    );
  }
  if (!isCounts(shape)) throw corrupt(file, `tensor "${name}" has no valid shape`);
  const quantization = parseQuantization(file, name, dtype, weight.quantization);
  const stored = quantization?.dtype ?? dtype;
  const end = start + sizeOf(shape) * dtypeBytes[stored];
  if (!Number.isSafeInteger(end)) {
    throw corrupt(file, `tensor "${name}" [${shape.join(", ")}] is too large to be real`);
  }
  const read = { name, shape, stored, start, end };
  if (quantization === undefined) return { ...read, dtype };
  // Half precision stays as it is stored, like that of any other file.
  return { ...read, dtype: stored === "float16" ? stored : dtype, quantization };
}

function parseQuantization(
  file: string,
  name: string,
  dtype: DType,
  value: unknown,
): Quantization | undefined {
  if (value === undefined) return undefined;
  const wrong = (why: string) => corrupt(file, `tensor "${name}" ${why}`, { tensor: name });
  if (!isRecord(value)) throw wrong("has a quantization that is not a JSON object");
  if (value.dtype === "float16") {
    if (dtype === "float32") return { dtype: "float16" };
    throw wrong(`is ${dtype} and cannot be stored as float16`);
  }
  if (value.dtype !== "uint8" && value.dtype !== "uint16") {
    throw wrong(`is quantised to ${JSON.stringify(value.dtype)}, not uint8, uint16 or float16`);
  }
  if (dtype !== "float32" && dtype !== "int32") throw wrong(`is ${dtype} and cannot be quantised`);
  const { scale, min } = value;
  if (!isFiniteNumber(scale) || !isFiniteNumber(min)) {
    throw wrong("is quantised without a finite scale and min");
  }
  return { dtype: value.dtype, scale, min };
}

function requireUnique(file: string, what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw corrupt(file, `it lists ${what} "${name}" twice`);
    seen.add(name);
  }
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isFiniteNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
