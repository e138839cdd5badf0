import { expect, test } from "vitest";
import type { PictureDataset, PictureSample } from "./dataset.js";
import type { DuplicateCluster } from "./find-duplicates.js";
import { foldPictures, setApart, splitPictures } from "./split-pictures.js";
import { withoutLeaks } from "./without-leaks.js";

const sample = (name: string, label: number, group?: string): PictureSample => ({
  path: `/x/${name}`,
  name,
  label,
  ...(group === undefined ? {} : { group }),
});

const data = (parts: Partial<PictureDataset>): PictureDataset => ({
  root: "/x",
  classes: ["a", "b"],
  train: [],
  validation: [],
  test: [],
  skipped: [],
  ...parts,
});

const cluster = (...samples: PictureSample[]): DuplicateCluster => ({
  samples: samples.map((one) => ({ ...one, part: "train" })),
  exact: true,
  acrossClasses: false,
  acrossParts: false,
});

const many = Array.from({ length: 24 }, (_, i) => sample(`${i}`, i % 2));
const names = (samples: readonly PictureSample[]) => samples.map(({ name }) => name);

test("without copies and groups it is the split that opening makes", () => {
  const { train, validation } = splitPictures(data({ train: many }), { clusters: [], seed: 3 });
  const plain = setApart(many, { validation: 0.2, seed: 3 });
  expect(names(validation)).toEqual(names(plain.validation));
  expect(names(train)).toEqual(names(plain.train));
});

test("training pictures that a later part knows are left out, by copy, by group, and by copy of the group", () => {
  const [held, shown] = [sample("held", 0, "p1"), sample("shown", 1)];
  const of = {
    copy: sample("copy", 0),
    group: sample("group", 0, "p1"),
    far: sample("far", 1),
    near: sample("near", 1),
    seen: sample("seen", 1),
  };
  const dataset = data({
    train: [...many, of.copy, of.group, of.far, of.near],
    validation: [shown, of.seen],
    test: [held],
  });
  const clusters = [
    cluster(of.copy, held, of.seen),
    cluster(of.far, of.group),
    cluster(of.near, shown),
  ];
  const kept = withoutLeaks(dataset, { clusters });
  expect(names(kept.train)).toEqual(names(many));
  expect(names(kept.validation)).toEqual(["shown"]);
  expect(kept.skipped).toEqual([
    { name: "copy", reason: "a copy of held in the test set" },
    { name: "group", reason: "of one group with held in the test set" },
    { name: "far", reason: "of one group with held in the test set" },
    { name: "near", reason: "a copy of shown in the validation set" },
    { name: "seen", reason: "a copy of held in the test set" },
  ]);
  const only = data({ train: [of.copy, of.far], test: [held] });
  expect(() => withoutLeaks(only, { clusters })).toThrow(/class "a" has a copy/);
});

test("folds score each picture once, spread the classes, and part no copies or groups", () => {
  const grouped = many.map((one, i) => (i < 6 ? { ...one, group: `p${i % 3}` } : one));
  const clusters = [cluster(many[4]!, many[10]!), cluster(many[20]!, many[21]!)];
  const folds = foldPictures(data({ train: grouped }), { folds: 4, seed: 1, clusters });
  const foldOf = new Map(folds.flatMap(({ validation }, k) => validation.map((at) => [at, k])));
  expect([...foldOf.keys()].sort((a, b) => a - b)).toEqual([...many.keys()]);
  for (const together of [
    [0, 3],
    [1, 4, 10],
    [2, 5],
    [20, 21],
  ]) {
    expect(new Set(together.map((at) => foldOf.get(at))).size).toBe(1);
  }
  expect(folds.map(({ validation }) => validation.length)).toEqual([6, 6, 6, 6]);
  const plain = foldPictures(data({ train: many }), { folds: 4, seed: 1 });
  for (const { train, validation } of plain) {
    expect(validation.filter((at) => at % 2 === 0)).toHaveLength(3);
    expect(train).toHaveLength(18);
  }
});

test("a class that a fold would not learn is told", () => {
  const alone = [sample("one", 1, "p"), sample("two", 1, "p")];
  const train = [...many.filter(({ label }) => label === 0), ...alone];
  expect(() => foldPictures(data({ train }), { folds: 3, seed: 0 })).toThrow(
    /class "b" can't be learned and scored at once/,
  );
});
