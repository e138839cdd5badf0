import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { isGraftError, uniformValues } from "@graft-ml/core";
import sharp from "sharp";
import { expect, test } from "vitest";
import type { Picture } from "../picture/picture.js";
import { resample } from "../picture/resample.js";
import { withFolder } from "../testing-node.js";
import { openPictures, type PictureDataset } from "./dataset.js";
import { type DuplicateCluster, findDuplicates, type PictureParts } from "./find-duplicates.js";
import { splitPictures } from "./split-pictures.js";

/** Soft blotches: noise of 7 x 7 pixels blown up, since fine noise looks the same from afar. */
function blotches(seed: number): Picture {
  const data = Uint8Array.from(uniformValues({ seed, site: "blotches" }, 147), (u) => 256 * u);
  const small: Picture = { width: 7, height: 7, channels: 3, data };
  return resample(small, { width: 96, height: 80, interpolation: "bicubic" });
}

const image = ({ data, width, height, channels }: Picture) =>
  sharp(data, { raw: { width, height, channels } });

const copies = async (picture: Picture) => ({
  jpeg: await image(picture).jpeg({ quality: 50 }).toBuffer(),
  half: await image(picture).resize(48, 40).png().toBuffer(),
  cut: await image(picture).extract({ left: 1, top: 1, width: 94, height: 78 }).png().toBuffer(),
});

async function duplicatesOf<S extends PictureParts>(parts: S) {
  let found: readonly DuplicateCluster[] | undefined;
  const counts: number[] = [];
  for await (const event of findDuplicates(parts)) {
    if (event.type === "duplicates-progress") counts.push(event.count);
    else found = event.clusters;
  }
  return { clusters: found!, counts };
}

const names = (clusters: readonly DuplicateCluster[]) =>
  clusters.map(({ samples }) => samples.map(({ name }) => name).sort());

test("copies saved anew, smaller or slightly cut are found among others, across classes and parts", async () => {
  const { jpeg, half, cut } = await copies(blotches(1));
  const others = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`train/${i % 2 ? "a" : "b"}/${i}.png`, blotches(10 + i)]),
  );
  const files = {
    ...others,
    "train/a/one.png": blotches(1),
    "train/b/one.jpg": jpeg,
    "test/a/half.png": half,
    "test/a/cut.png": cut,
    "train/a/two.png": blotches(2),
  };
  await withFolder(files, async (root) => {
    await copyFile(join(root, "train/a/two.png"), join(root, "train/a/three.png"));
    const data = await openPictures(root, { validation: 0 });
    const { clusters, counts } = await duplicatesOf(data);
    expect(names(clusters)).toEqual([
      ["test/a/cut.png", "test/a/half.png", "train/a/one.png", "train/b/one.jpg"],
      ["train/a/three.png", "train/a/two.png"],
    ]);
    expect(clusters[0]).toMatchObject({ exact: false, acrossClasses: true, acrossParts: true });
    expect(clusters[1]).toMatchObject({ exact: true, acrossClasses: false, acrossParts: false });
    expect(counts).toEqual([32, 46]);
  });
});

test("even pictures are like each other only where their thumbnails are, and a missing file is told", async () => {
  const even = (value: number): Picture => ({
    width: 8,
    height: 8,
    channels: 3,
    data: new Uint8Array(192).fill(value),
  });
  await withFolder({ "a/white.png": even(255), "a/x.png": blotches(3) }, async (root) => {
    const data = await openPictures(root, { validation: 0 });
    expect((await duplicatesOf(data)).clusters).toEqual([]);
    const gone = { ...data, train: [{ path: join(root, "gone.png"), name: "gone.png", label: 0 }] };
    const error = await duplicatesOf(gone).catch((caught: unknown) => caught);
    expect(isGraftError(error, "picture-unreadable")).toBe(true);
    expect(String(error)).toContain("Can't read gone.png");
  });
});

const sample = (name: string, label: number, group?: string) => ({
  path: `/x/${name}`,
  name,
  label,
  ...(group === undefined ? {} : { group }),
});

const parts = (
  train: PictureDataset["train"],
  test: PictureDataset["test"] = [],
): PictureDataset => ({
  root: "/x",
  classes: ["a", "b"],
  train,
  validation: [],
  test,
  skipped: [],
});

test("a split never parts copies or groups, and what the test set knows is left out", () => {
  const train = Array.from({ length: 40 }, (_, i) =>
    sample(`${i}`, i % 2, i < 6 ? `g${i % 2}` : undefined),
  );
  const known = sample("known", 0);
  const data = parts([...train, known], [sample("held", 0)]);
  const cluster = (...members: DuplicateCluster["samples"]): DuplicateCluster => ({
    samples: members,
    exact: true,
    acrossClasses: false,
    acrossParts: false,
  });
  const at = (i: number) => ({ ...train[i]!, part: "train" as const });
  // 4 belongs to group g0, so 7 and 9 follow it there.
  const clusters = [
    cluster(at(4), at(7)),
    cluster(at(7), at(9), at(4)),
    cluster(at(20), at(21), at(22)),
    cluster({ ...known, part: "train" }, { ...data.test[0]!, part: "test" }),
  ];
  for (const seed of [0, 1, 2, 3, 4]) {
    const split = splitPictures(data, { clusters, validation: 0.25, seed });
    const side = (i: number) => split.validation.some(({ name }) => name === `${i}`);
    for (const together of [
      [0, 2, 4, 7, 9],
      [1, 3, 5],
      [20, 21, 22],
    ]) {
      expect(new Set(together.map(side)).size).toBe(1);
    }
    expect(split.validation.length).toBe(10);
    expect(split.train.length).toBe(30);
    expect(split.skipped).toEqual([{ name: "known", reason: "a copy of held in the test set" }]);
    expect(split.train[0]).toEqual(data.train.find(({ name }) => name === split.train[0]!.name));
  }
});
