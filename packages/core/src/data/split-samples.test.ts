import { expect, test } from "vitest";
import { createClusters } from "./clusters.js";
import { rangesOf, setApart } from "./set-apart.js";
import { copiesOf, splitSamples } from "./split-samples.js";

type Item = { name: string; label: number; group?: string };
const items = Array.from(
  { length: 40 },
  (_, i): Item => ({ name: `s${i}`, label: i % 2, ...(i < 8 ? { group: `g${i >> 2}` } : {}) }),
);

test("a share of each label is set apart, and no group is cut", () => {
  const labels = items.map(({ label }) => label);
  const { train, validation } = setApart(items, labels, { validation: 0.25, seed: 3 });
  expect(validation).toHaveLength(10);
  expect(validation.filter(({ label }) => label === 0)).toHaveLength(5);
  const groups = new Set(train.flatMap(({ group }) => group ?? []));
  expect(validation.filter(({ group }) => groups.has(group ?? ""))).toEqual([]);
  expect(setApart(items, labels, { validation: 0.25, seed: 3 })).toEqual({ train, validation });
});

test("numbers are strata by the fifth they are in", () => {
  expect(rangesOf([9, 1, 3, 7, 5])).toEqual([4, 0, 1, 3, 2]);
  expect(rangesOf([])).toEqual([]);
});

test("copies stay on one side, and what the test knows is left out", () => {
  const test = [{ name: "t0", label: 1 }];
  const all = [
    ...items.map((item) => ({ ...item, part: "train" as const })),
    ...test.map((item) => ({ ...item, part: "test" as const })),
  ];
  const clusters = createClusters(all.length);
  clusters.join(8, 9);
  clusters.join(9, 30);
  clusters.join(20, 40);
  const copies = copiesOf<Item>(all, {
    clusterOf: (index) => clusters.of(index),
    exactKey: (index) => String(index === 9 ? 8 : index),
    answerOf: ({ label }) => String(label),
  });
  expect(copies.map(({ samples }) => samples.map(({ name }) => name))).toEqual([
    ["s8", "s9", "s30"],
    ["s20", "t0"],
  ]);
  expect(copies[0]).toMatchObject({ exact: false, acrossClasses: true, acrossParts: false });
  expect(copies[1]).toMatchObject({ acrossClasses: true, acrossParts: true });
  for (let seed = 0; seed < 10; seed++) {
    const strataOf = (samples: readonly Item[]) => samples.map(({ label }) => label);
    const split = splitSamples({ train: items, validation: [] }, { copies, strataOf, seed });
    expect(split.skipped).toEqual([{ name: "s20", reason: "a copy of t0 in the test set" }]);
    const held = split.validation.filter(({ name }) => ["s8", "s9", "s30"].includes(name));
    expect([0, 3]).toContain(held.length);
  }
});
