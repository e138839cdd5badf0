import { type Clusters, createClusters } from "@graft-ml/core";
import { nearHashes } from "./near-hashes.js";
import { likeness, type PictureSketch } from "./picture-sketch.js";

export type CopiedOptions = {
  /**
   * Most bits of 64 that the hashes of copies may differ in, and the least correlation of their
   * thumbnails. Default 10 and 0.9, chosen by scripts/measure-duplicates.py: more than 99 in 100 copies
   * saved anew, half as large or brighter are known, more than 9 in 10 that lost a fortieth at each
   * side, 3 in 10 that lost a twentieth. Of 530,000 pairs of photographs of different things none was
   * taken for copies; of hands, motorbikes and drawings that all look alike up to 4 in 100,000.
   */
  distance?: number;
  likeness?: number;
};

/** Which of the pictures that were sketched are copies of each other; a copy of a copy is one, too. */
export function copiedPictures(
  sketches: readonly PictureSketch[],
  options: CopiedOptions = {},
): Clusters {
  const { distance = 10, likeness: least = 0.9 } = options;
  const clusters = createClusters(sketches.length);
  const hashes = sketches.map(({ hash }) => hash);
  for (const [a, b] of nearHashes(hashes, distance)) {
    if (likeness(sketches[a]!.thumbnail, sketches[b]!.thumbnail) >= least) clusters.join(a, b);
  }
  return clusters;
}
