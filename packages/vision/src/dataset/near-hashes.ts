const BANDS = 4;
const BUCKETS = 2 ** 16;

/** How many of 16 bits are 1, for every word. */
const ones = new Uint8Array(BUCKETS);
for (let word = 1; word < BUCKETS; word++) ones[word] = ones[word >> 1]! + (word & 1);

/** In how many of its 64 bits one hash, four words, differs from another. */
export const hammingDistance = (a: Uint16Array, b: Uint16Array): number =>
  ones[a[0]! ^ b[0]!]! + ones[a[1]! ^ b[1]!]! + ones[a[2]! ^ b[2]!]! + ones[a[3]! ^ b[3]!]!;

/**
 * Every pair of 64-bit hashes that differ in `distance` bits at most, the later one first. Not every
 * pair is looked at: of 64 bits in four bands, one band differs in a quarter of them at most, so only
 * hashes that nearly share a band are compared (multi-index hashing, arXiv 1307.2982); at distance 10
 * that is one in a hundred and twenty of random hashes.
 */
export function nearHashes(
  hashes: readonly Uint16Array[],
  distance: number,
): (readonly [number, number])[] {
  const first = new Int32Array(BANDS * BUCKETS).fill(-1);
  const next = new Int32Array(BANDS * hashes.length);
  const changes = flips(Math.floor(distance / BANDS));
  // Whom a hash was compared with already, through another band.
  const seen = new Int32Array(hashes.length).fill(-1);
  const pairs: (readonly [number, number])[] = [];
  const compare = (own: number, other: number): void => {
    if (seen[other] === own) return;
    seen[other] = own;
    if (hammingDistance(hashes[own]!, hashes[other]!) <= distance) pairs.push([own, other]);
  };
  hashes.forEach((hash, own) => {
    hash.forEach((word, band) => {
      for (const change of changes) {
        let other = first[band * BUCKETS + (word ^ change)]!;
        for (; other >= 0; other = next[BANDS * other + band]!) compare(own, other);
      }
    });
    hash.forEach((word, band) => {
      next[BANDS * own + band] = first[band * BUCKETS + word]!;
      first[band * BUCKETS + word] = own;
    });
  });
  return pairs;
}

/** Every way to flip up to `most` of 16 bits. */
const flips = (most: number): Uint16Array =>
  Uint16Array.from({ length: BUCKETS }, (_, word) => word).filter((word) => ones[word]! <= most);
