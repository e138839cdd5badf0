import { randomWords } from "@graft-ml/core";
import { expect, test } from "vitest";
import { hammingDistance, nearHashes } from "./near-hashes.js";

/** Random hashes, each of the second half a copy of one of the first with some bits turned. */
function hashes(count: number): Uint16Array[] {
  const words = randomWords({ seed: 1, site: "hashes" }, 2 * count);
  const plain = Array.from({ length: count }, (_, i) =>
    Uint16Array.from([0, 16].flatMap((by) => [words[2 * i]! >>> by, words[2 * i + 1]! >>> by])),
  );
  const turned = plain.map((hash, i) => {
    const copy = hash.slice();
    for (let k = 0; k < i % 15; k++) {
      const bit = (i * 7 + k * 11) % 64;
      copy[bit >> 4]! ^= 1 << (bit & 15);
    }
    return copy;
  });
  return [...plain, ...turned];
}

test.each([0, 3, 10, 12])("all pairs within distance %i are found, once each", (distance) => {
  const all = hashes(150);
  const expected: string[] = [];
  for (let a = 0; a < all.length; a++) {
    for (let b = 0; b < a; b++) {
      if (hammingDistance(all[a]!, all[b]!) <= distance) expected.push(`${a} ${b}`);
    }
  }
  const found = nearHashes(all, distance).map(([a, b]) => `${a} ${b}`);
  expect(found.sort()).toEqual(expected.sort());
  expect(found.length).toBeGreaterThan(9);
});
