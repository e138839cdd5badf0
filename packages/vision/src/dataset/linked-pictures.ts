import { createClusters } from "@graft-ml/core";
import type { PictureFile } from "./dataset.js";
import type { DuplicateCluster } from "./find-duplicates.js";

/**
 * A name for what each picture hangs together with: those of its group, its copies, their groups, and
 * so on. A picture that stands alone has a name of its own; rows of the same file share one.
 */
export function linkedPictures(
  samples: readonly PictureFile[],
  clusters: readonly DuplicateCluster[] = [],
): readonly string[] {
  const names = samples.map(({ group, path }) =>
    group === undefined ? `path ${path}` : `group ${group}`,
  );
  const joined = createClusters(samples.length);
  const first = new Map<string, number>();
  const together = (key: string, index: number): void => {
    const other = first.get(key);
    if (other === undefined) first.set(key, index);
    else joined.join(other, index);
  };
  const clusterOf = clusterByPath(clusters);
  samples.forEach(({ path }, index) => {
    together(names[index]!, index);
    const cluster = clusterOf.get(path);
    if (cluster !== undefined) together(`copies ${cluster}`, index);
  });
  return samples.map((_, index) => names[joined.of(index)]!);
}

/** Which of the clusters a picture is in. */
export const clusterByPath = (clusters: readonly DuplicateCluster[]): ReadonlyMap<string, number> =>
  new Map(
    clusters.flatMap(({ samples }, which) => samples.map(({ path }) => [path, which] as const)),
  );
