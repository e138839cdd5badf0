/** Hash functions of a signature: bands of rows; two texts are compared where all rows of a band agree. */
const BANDS = 16;
const ROWS = 5;
const HASHES = BANDS * ROWS;
/** Characters of a shingle. */
const LENGTH = 5;

/** Odd multipliers by the golden ratio's bits, so that the functions differ and are the same everywhere. */
const multipliers = Int32Array.from({ length: HASHES }, (_, which) => {
  const mixed = mix(which * 0x9e3779b9 + 0x7f4a7c15);
  return mixed | 1;
});
const offsets = Int32Array.from({ length: HASHES }, (_, which) => mix(which * 0x85ebca6b + 1));

/**
 * For each text in turn the earlier texts whose shingles of five characters have at least this Jaccard
 * similarity with its own. Candidates share a band of their MinHash signatures (Broder 1997; Leskovec,
 * Rajaraman and Ullman, chapter 3): of pairs alike at 0.8 more than 99 in 100, at 0.2 one in 200. A text
 * that is like one of its band does not join it, so that a thousand copies of a form letter cost a
 * thousand comparisons.
 */
export function* nearTexts(
  texts: readonly string[],
  likeness: number,
): Generator<readonly number[], void> {
  const buckets = Array.from({ length: BANDS }, () => new Map<number, number[]>());
  const signature = new Int32Array(HASHES);
  for (const [own, text] of texts.entries()) {
    const shingles = shinglesOf(text);
    const verdicts = new Map<number, boolean>();
    const isNear = (other: number): boolean => {
      const known = verdicts.get(other);
      if (known !== undefined) return known;
      const near = similarity(shingles, shinglesOf(texts[other]!)) >= likeness;
      verdicts.set(other, near);
      return near;
    };
    sign(shingles, signature);
    buckets.forEach((bucket, band) => {
      const key = bandKey(signature, band);
      const others = bucket.get(key);
      if (others === undefined) bucket.set(key, [own]);
      else if (others.filter(isNear).length === 0) others.push(own);
    });
    yield [...verdicts].flatMap(([other, near]) => (near ? [other] : []));
  }
}

/** Hashes of all runs of five characters; of a shorter text, of itself. */
function shinglesOf(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  const last = Math.max(0, text.length - LENGTH);
  for (let start = 0; start <= last; start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(text.length, start + LENGTH);
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    found.add(mix(hash));
  }
  return found;
}

function sign(shingles: ReadonlySet<number>, signature: Int32Array): void {
  signature.fill(0x7fffffff);
  for (const shingle of shingles) {
    for (let which = 0; which < HASHES; which++) {
      const hash = (Math.imul(shingle, multipliers[which]!) + offsets[which]!) | 0;
      if (hash < signature[which]!) signature[which] = hash;
    }
  }
}

function bandKey(signature: Int32Array, band: number): number {
  let key = 0x811c9dc5;
  for (let row = 0; row < ROWS; row++)
    key = mix(Math.imul(key, 31) ^ signature[band * ROWS + row]!);
  return key;
}

function similarity(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const shingle of small) if (large.has(shingle)) shared++;
  return shared / (a.size + b.size - shared);
}

/** The finaliser of MurmurHash3. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
