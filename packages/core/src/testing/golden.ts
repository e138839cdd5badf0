import { readFileSync } from "node:fs";

/** A golden file beside a test: `readGolden<Shape>(import.meta.url, "golden/x.json")`. */
export const readGolden = <T>(testUrl: string, path: string): T =>
  JSON.parse(readFileSync(new URL(path, testUrl), "utf8")) as T;

/** The largest |a - b| / max(1, |b|) over all elements; Infinity for different lengths or a NaN. */
export function worstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    if (Number.isNaN(difference)) return Infinity;
    worst = Math.max(worst, difference);
  }
  return worst;
}
