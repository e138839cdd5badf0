const floats = new Float32Array(1);
const words = new Uint32Array(floats.buffer);

/** A number as the bits of the nearest IEEE 754 binary16, ties to even; too large becomes infinity. */
export function numberToHalf(value: number): number {
  floats[0] = value;
  const word = words[0]!;
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below the smallest normal half, 2^-14, steps are 2^-24 wide.
  if (size < 0x38800000) return sign | roundToEven(Math.abs(floats[0]!) * 2 ** 24);
  return sign | roundToEven((size - 0x38000000) / 2 ** 13);
}

function roundToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return down + (rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? 1 : 0);
}

let table: Float32Array | undefined;

/** The number that the bits of a binary16 stand for: 1 sign bit, 5 of exponent, 10 of fraction. */
export function halfToNumber(bits: number): number {
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => decode(half));
  return table[bits]!;
}

function decode(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
