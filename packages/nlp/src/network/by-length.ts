import type { TokenRow } from "../tokenize/token-batch.js";

/** Each length costs the engine a program. */
const lengths = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512];

const roundedUp = (tokens: number): number => lengths.find((each) => tokens <= each) ?? tokens;

/** The length that a batch of these rows is padded to: one of few, and `most` at most. */
export function lengthFor(rows: readonly TokenRow[], most: number): number {
  const longest = rows.reduce((length, { ids }) => Math.max(length, ids.length), 0);
  return Math.max(longest, Math.min(most, roundedUp(longest)));
}

/** Runs rows of like length together, `size` at a time; the results stand in the order of the rows. */
export async function runByLength<Result>(
  rows: readonly TokenRow[],
  size: number,
  run: (rows: readonly TokenRow[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const order = rows.map((_, at) => at).sort((a, b) => rows[a]!.ids.length - rows[b]!.ids.length);
  const found: Result[] = [];
  for (let start = 0; start < order.length; start += size) {
    const places = order.slice(start, start + size);
    const chunk = await run(places.map((at) => rows[at]!));
    for (const [at, result] of chunk.entries()) found[places[at]!] = result;
  }
  return found;
}
