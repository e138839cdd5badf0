/** Little-endian reads that fail by `outside()` instead of a RangeError. */
export type BytesView = {
  readonly length: number;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  /** Infinity where a number can't hold it, so that any bound refuses it. */
  u64(at: number): number;
  slice(at: number, length: number): Uint8Array;
};

/** Reads `bytes`; `outside` throws what the format says about a read beyond their end. */
export function viewBytes(bytes: Uint8Array, outside: (at: number) => never): BytesView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const checked = (at: number, length: number): number =>
    at >= 0 && length >= 0 && at + length <= bytes.length ? at : outside(at);
  return {
    length: bytes.length,
    u8: (at) => view.getUint8(checked(at, 1)),
    u16: (at) => view.getUint16(checked(at, 2), true),
    u32: (at) => view.getUint32(checked(at, 4), true),
    u64(at) {
      const value = Number(view.getBigUint64(checked(at, 8), true));
      return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
    },
    slice: (at, length) => bytes.subarray(checked(at, length), at + length),
  };
}
