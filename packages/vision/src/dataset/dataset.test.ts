import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isGraftError } from "@graft-ml/core";
import { expect, test } from "vitest";
import { noisePicture } from "../testing.js";
import { withFolder } from "../testing-node.js";
import { openPictures } from "./dataset.js";

const picture = noisePicture(1, { width: 6, height: 5 });

const many = (folder: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${folder}/${i}.png`, picture]));

test("a folder per class: sorted classes, a stratified seeded split, hidden files ignored", async () => {
  const files = {
    ...many("dog", 10),
    ...many("cat", 5),
    "cat/nested/deep.PNG": picture,
    "cat/.hidden.png": picture,
    ".git/x.png": picture,
    "cat/notes.txt": "not a picture",
    "LICENSE.md": "ignored",
  };
  await withFolder(files, async (root) => {
    const data = await openPictures(root, { seed: 1 });
    expect(data.classes).toEqual(["cat", "dog"]);
    const count = (samples: typeof data.train, label: number) =>
      samples.filter((sample) => sample.label === label).length;
    expect([count(data.train, 0), count(data.validation, 0)]).toEqual([5, 1]);
    expect([count(data.train, 1), count(data.validation, 1)]).toEqual([8, 2]);
    const names = [...data.train, ...data.validation].map((sample) => sample.name);
    expect(names).toContain("cat/nested/deep.PNG");
    expect(new Set(names).size).toBe(16);
    expect(data.skipped).toEqual([
      { name: "cat/notes.txt", reason: 'not a picture by its ending ".txt"' },
    ]);
    expect(await openPictures(root, { seed: 1 })).toEqual(data);
    expect(await openPictures(root, { seed: 2 })).not.toEqual(data);
    const whole = await openPictures(root, { validation: 0 });
    expect([whole.train.length, whole.validation.length]).toEqual([16, 0]);
  });
});

test("train, val and test folders are taken as they are", async () => {
  const files = {
    ...many("train/a", 3),
    ...many("train/b", 2),
    ...many("val/a", 1),
    ...many("test/b", 4),
  };
  await withFolder(files, async (root) => {
    const data = await openPictures(root);
    expect([data.train.length, data.validation.length, data.test.length]).toEqual([5, 1, 4]);
    expect(data.test.every((sample) => sample.label === 1)).toBe(true);
  });
});

test("a class that is called train is still a class", async () => {
  await withFolder({ ...many("train", 2), ...many("plane", 2) }, async (root) => {
    expect((await openPictures(root)).classes).toEqual(["plane", "train"]);
  });
});

test("a CSV: paths relative to it, with quotes, commas and a byte order mark", async () => {
  const files = {
    ...many("pictures", 2),
    "pictures/with, comma.png": picture,
    "list.csv":
      '\ufefflabel,path\nred,pictures/0.png\nblue,"pictures/with, comma.png"\n\nred,pictures/1.png\n',
  };
  await withFolder(files, async (root) => {
    const data = await openPictures(join(root, "list.csv"), { validation: 0 });
    expect(data.classes).toEqual(["blue", "red"]);
    expect(data.train.map(({ name, label }) => [name, label])).toEqual([
      ["pictures/with, comma.png", 0],
      ["pictures/0.png", 1],
      ["pictures/1.png", 1],
    ]);
    expect(data.train[1]!.path).toBe(join(root, "pictures/0.png"));
  });
});

test("labels follow a trained classifier's classes", async () => {
  await withFolder(many("b", 1), async (root) => {
    const data = await openPictures(root, { classes: ["c", "b", "a"], validation: 0 });
    expect(data.train[0]!.label).toBe(1);
    await expect(openPictures(root, { classes: ["a", "c"] })).rejects.toThrow(
      /class "b" .* not one of the 2 classes of the model \(a, c\)/,
    );
  });
});

test.each([
  ["nothing there", {}, "missing", "source-not-found", /There is no .*missing/],
  ["no class folders", { "a.png": picture }, "", "dataset-empty", /holds no class folders/],
  [
    "a CSV without label",
    { "a.csv": "path,name\nx,y\n" },
    "a.csv",
    "dataset-invalid",
    /"path, name"/,
  ],
  ["a CSV without rows", { "a.csv": "path,label\n" }, "a.csv", "dataset-empty", /no rows/],
  ["a CSV row without label", { "a.csv": "path,label\nx,\n" }, "a.csv", "dataset-invalid", /row 2/],
  ["a broken CSV", { "a.csv": 'path,label\n"x,y\n' }, "a.csv", "dataset-invalid", /read as CSV/],
  [
    "a val class that train lacks",
    { ...many("train/a", 1), ...many("val/b", 1) },
    "",
    "dataset-invalid",
    /class "b" .* train folder \(a\)/,
  ],
] as const)("%s is one clear error", async (_, files, path, code, message) => {
  await withFolder(files, async (root) => {
    const error: unknown = await openPictures(join(root, path)).catch((e) => e);
    expect(isGraftError(error, code)).toBe(true);
    expect(String(error)).toMatch(message);
  });
});

test("an empty class folder is named", async () => {
  await withFolder(many("a", 2), async (root) => {
    await mkdir(join(root, "b"));
    await expect(openPictures(root)).rejects.toThrow(
      /class folder .*b holds no readable picture\. Add/,
    );
  });
});
