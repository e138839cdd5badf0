import { createBatches } from "@graft-ml/core";
import { expect, test } from "vitest";
import { preprocess } from "../picture/preprocess.js";
import { preprocessStyle } from "../picture/preprocess-config.js";
import { noisePicture } from "../testing.js";
import { withFolder } from "../testing-node.js";
import { type CheckEvent, checkPictures } from "./check-pictures.js";
import { openPictures, type PictureDataset } from "./dataset.js";
import { createPictureCache } from "./picture-cache.js";
import { pictureSource } from "./picture-source.js";

const options = preprocessStyle("torch", { size: [4, 4], interpolation: "bilinear" });

const pictures = Object.fromEntries(
  Array.from({ length: 12 }, (_, i) => [
    `${i % 2 === 0 ? "a" : "b"}/${String(i).padStart(2, "0")}.png`,
    noisePicture(i, { width: 7 + i, height: 9 }),
  ]),
);

const open = (root: string) => openPictures(root, { validation: 0 });

test("a batch holds the pictures and labels that were asked for, in that order", async () => {
  await withFolder(pictures, async (root) => {
    const { train } = await open(root);
    const source = pictureSource({ samples: train, preprocess: options });
    const { image, labels } = await source.load([7, 0, 3], { epoch: 0 });
    expect(image!.shape).toEqual([3, 4, 4, 3]);
    expect([...labels!.data]).toEqual([1, 0, 0]);
    const expected = [7, 0, 3].flatMap((i) => [
      ...preprocess(pictures[train[i]!.name]!, options).data,
    ]);
    expect([...image!.data]).toEqual(expected);
  });
});

test("augmentation does not depend on the batch, the cache or the order, and leaves epoch 0 alone", async () => {
  await withFolder(pictures, async (root) => {
    const { train } = await open(root);
    for (const first of [[], [{ kind: "random-resized-crop" }]] as const) {
      const augment = {
        steps: [...first, { kind: "color-jitter", brightness: 0.5 }] as const,
        seed: 3,
      };
      const plain = pictureSource({ samples: train, preprocess: options, augment });
      const cache = createPictureCache();
      const cached = pictureSource({ samples: train, preprocess: options, augment, cache });
      const one = await plain.load([5], { epoch: 2 });
      await cached.load([5, 6], { epoch: 1 });
      expect(cache.bytes()).toBeGreaterThan(0);
      const again = await cached.load([6, 5], { epoch: 2 });
      expect(again.image!.data.slice(48)).toEqual(one.image!.data);
      const evaluated = await cached.load([5], { epoch: 0 });
      expect([...evaluated.image!.data]).toEqual([
        ...preprocess(pictures[train[5]!.name]!, options).data,
      ]);
    }
  });
});

test("core makes seeded batches of it", async () => {
  await withFolder(pictures, async (root) => {
    const { train } = await open(root);
    const source = pictureSource({ samples: train, preprocess: options });
    const batches = createBatches(source, { batchSize: 5, seed: 4 });
    const seen: string[] = [];
    for await (const { epoch, batch } of batches.from(0)) {
      if (epoch > 1) break;
      seen.push(String(batch.image!.data.slice(0, 3)));
    }
    expect(seen).toHaveLength(3);
  });
});

test("a cache keeps up to its bound and not more", () => {
  const cache = createPictureCache({ maxBytes: 250 });
  const picture = noisePicture(1, { width: 6, height: 6 });
  for (const key of ["a", "b", "c"]) cache.put(key, picture);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([picture, picture, undefined]);
  expect(cache.bytes()).toBe(216);
  cache.clear();
  expect([cache.bytes(), cache.get("a")]).toEqual([0, undefined]);
});

async function check(dataset: PictureDataset, strict = false, signal?: AbortSignal) {
  const events: CheckEvent[] = [];
  const rest = signal ? { signal } : {};
  for await (const event of checkPictures(dataset, { preprocess: options, strict, ...rest })) {
    events.push(event);
  }
  return events;
}

test("what can't be read is told by name, left out and counted; strict makes it an error", async () => {
  const files = { ...pictures, "a/broken.jpg": "no picture", "b/notes.txt": "text" };
  await withFolder(files, async (root) => {
    const dataset = await open(root);
    const events = await check(dataset);
    const skipped = events.filter((event) => event.type === "picture-skipped");
    expect(skipped.map(({ name }) => name)).toEqual(["b/notes.txt", "a/broken.jpg"]);
    expect(skipped[1]!.reason).toMatch(/unsupported image format/);
    const end = events.at(-1)!;
    if (end.type !== "check-end") throw new Error("no end");
    expect([end.count, end.skipped]).toEqual([12, 2]);
    expect(end.dataset.train).toHaveLength(12);
    expect(JSON.parse(JSON.stringify(end))).toEqual(end);
    await expect(check(dataset, true)).rejects.toThrow(/notes\.txt/);
    await expect(check({ ...dataset, skipped: [] }, true)).rejects.toThrow(/broken\.jpg/);
  });
});

test("a class that loses its last picture is an error, and an abort stops the reading", async () => {
  await withFolder({ ...pictures, "c/broken.jpg": "no picture" }, async (root) => {
    const dataset = await open(root);
    await expect(check(dataset)).rejects.toThrow(
      /class folder c holds no readable picture \(1 files/,
    );
    await expect(check(dataset, false, AbortSignal.abort())).rejects.toThrow(/Reading stopped/);
  });
});
