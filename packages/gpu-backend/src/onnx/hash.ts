import { createHash } from "node:crypto";

const known = new WeakMap<ArrayBufferLike, Map<string, string>>();

/** SHA-256 of bytes that are never written again; the same stretch of the same buffer is read once. */
function hashOf(data: ArrayBufferView): string {
  const byRange = known.get(data.buffer) ?? new Map<string, string>();
  known.set(data.buffer, byRange);
  const range = `${data.byteOffset}+${data.byteLength}`;
  const found = byRange.get(range) ?? digest([bytesOf(data)]);
  byRange.set(range, found);
  return found;
}

/** Identifies a graph by its model bytes and the constants beside it. */
export function graphKey(
  model: Uint8Array,
  external: readonly { path: string; data: ArrayBufferView }[],
): string {
  return digest([model, ...external.map(({ path, data }) => `${path}=${hashOf(data)};`)]);
}

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function digest(parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
