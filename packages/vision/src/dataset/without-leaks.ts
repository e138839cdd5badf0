import { GraftError } from "@graft-ml/core";
import type { PictureDataset, PictureFile, PictureSample } from "./dataset.js";
import type { DuplicateCluster } from "./find-duplicates.js";
import { clusterByPath, linkedPictures } from "./linked-pictures.js";
import type { PictureTable, TargetSample } from "./picture-table.js";

/** The parts that score what is learned from a part. */
const judges = { train: ["test", "validation"], validation: ["test"] } as const;

/**
 * Leaves out the pictures that would make scores too good, and tells them in `skipped`: training
 * pictures that have a copy (`findDuplicates`) or a picture of their group among the validation or test
 * pictures, and validation pictures that have one among the test pictures. Throws `dataset-empty` when
 * a class loses its last training picture.
 */
export function withoutLeaks<D extends PictureDataset | PictureTable>(
  dataset: D,
  { clusters }: { clusters: readonly DuplicateCluster[] },
): D {
  const leakOf = leaks(dataset, clusters);
  const left = (["train", "validation"] as const).flatMap((part) =>
    dataset[part].flatMap((sample) => {
      const reason = leakOf(part, sample);
      return reason === undefined ? [] : [{ path: sample.path, name: sample.name, reason }];
    }),
  );
  const gone = new Set(left.map(({ path }) => path));
  const keep = (samples: readonly (PictureSample | TargetSample)[]) =>
    samples.filter(({ path }) => !gone.has(path));
  const [train, validation] = [keep(dataset.train), keep(dataset.validation)];
  if ("classes" in dataset) requireClasses(dataset, gone);
  else if (train.length === 0) throw allKnown("picture");
  const skipped = [...dataset.skipped, ...left.map(({ name, reason }) => ({ name, reason }))];
  return { ...dataset, train, validation, skipped };
}

/** Why a picture can't stay in its part; undefined where it can. */
function leaks(
  { train, validation, test }: PictureDataset | PictureTable,
  clusters: readonly DuplicateCluster[],
) {
  const all = [...train, ...validation, ...test];
  const lots = linkedPictures(all, clusters);
  const lotOf = new Map(all.map(({ path }, at) => [path, lots[at]!]));
  const clusterOf = clusterByPath(clusters);
  const firstByKey = (samples: readonly PictureFile[], key: (path: string) => unknown) =>
    new Map(samples.toReversed().map(({ path, name }) => [key(path), name]));
  const known = (samples: readonly PictureFile[]) => ({
    copies: firstByKey(samples, (path) => clusterOf.get(path) ?? path),
    lots: firstByKey(samples, (path) => lotOf.get(path)),
  });
  const knownTo = { test: known(test), validation: known(validation) };
  return (part: keyof typeof judges, { path }: PictureFile): string | undefined => {
    for (const judge of judges[part]) {
      const copy = knownTo[judge].copies.get(clusterOf.get(path) ?? path);
      if (copy !== undefined) return `a copy of ${copy} in the ${judge} set`;
      const other = knownTo[judge].lots.get(lotOf.get(path));
      if (other !== undefined) return `of one group with ${other} in the ${judge} set`;
    }
    return undefined;
  };
}

function requireClasses({ train, classes }: PictureDataset, gone: ReadonlySet<string>): void {
  const left = new Set(train.filter(({ path }) => !gone.has(path)).map(({ label }) => label));
  const lost = train.find(({ label }) => !left.has(label));
  if (lost) throw allKnown(`picture of the class "${classes[lost.label]}"`);
}

const allKnown = (what: string): GraftError =>
  new GraftError(
    "dataset-empty",
    `Every training ${what} has a copy, or one of its group, among the pictures that would score it. Bring others, or keep the copies.`,
    { details: { what } },
  );
