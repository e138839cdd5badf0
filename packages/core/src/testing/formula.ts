import { fnv1a } from "../random/philox.js";

/**
 * Numbers that golden scripts make again (`scripts/golden/formula.py`), so that golden files need not
 * hold inputs and weights: a hash of (name, index), uniform between `low` and `high`.
 */
export function formulaValues(name: string, count: number, low = -1, high = 1): Float32Array {
  const start = fnv1a(name);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let h = (start + index) | 0;
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    values[index] = low + ((h >>> 0) / 2 ** 32) * (high - low);
  }
  return values;
}
