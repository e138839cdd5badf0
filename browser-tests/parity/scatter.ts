/** A number in [0, 1) for each whole number, by 32-bit integers alone: the same everywhere. */
export function scatter(index: number): number {
  let bits = Math.imul(index + 0x9e3779b9, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
