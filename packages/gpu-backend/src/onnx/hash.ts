/** SHA-256 of the parts after each other, as hexadecimal digits. */
export type Digest = (parts: readonly (Uint8Array | string)[]) => string;

/** A function that identifies a graph by its model bytes and the constants beside it. */
export function graphKeys(
  digest: Digest,
): (model: Uint8Array, external: readonly { path: string; data: ArrayBufferView }[]) => string {
  const hashOf = rangeHashes(digest);
  return (model, external) =>
    digest([model, ...external.map(({ path, data }) => `${path}=${hashOf(data)};`)]);
}

/** Hashes of bytes that are never written again; the same stretch of the same buffer is read once. */
function rangeHashes(digest: Digest): (data: ArrayBufferView) => string {
  const known = new WeakMap<ArrayBufferLike, Map<string, string>>();
  return (data) => {
    const byRange = known.get(data.buffer) ?? new Map<string, string>();
    known.set(data.buffer, byRange);
    const range = `${data.byteOffset}+${data.byteLength}`;
    const found = byRange.get(range) ?? digest([bytesOf(data)]);
    byRange.set(range, found);
    return found;
  };
}

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
