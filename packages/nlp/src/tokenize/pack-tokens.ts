import type { Encoding } from "./encoding.js";

/** The tokens of many texts in two arrays, five bytes a token. */
export type TokenRows = {
  readonly ids: Int32Array;
  readonly typeIds: Uint8Array;
  /** Where row i begins; one more entry than rows. */
  readonly starts: Uint32Array;
};

/** Packs encodings one by one, so that a generator's are never all in memory. Their windows are not looked at. */
export function packTokens(encodings: Iterable<Pick<Encoding, "ids" | "typeIds">>): TokenRows {
  let ids = new Int32Array(1024);
  let typeIds = new Uint8Array(1024);
  const starts = [0];
  let size = 0;
  for (const row of encodings) {
    const end = size + row.ids.length;
    if (end > ids.length) {
      const larger = new Int32Array(Math.max(end, 2 * ids.length));
      larger.set(ids);
      const types = new Uint8Array(larger.length);
      types.set(typeIds);
      [ids, typeIds] = [larger, types];
    }
    ids.set(row.ids, size);
    typeIds.set(row.typeIds, size);
    size = end;
    starts.push(size);
  }
  return {
    ids: ids.slice(0, size),
    typeIds: typeIds.slice(0, size),
    starts: Uint32Array.from(starts),
  };
}
