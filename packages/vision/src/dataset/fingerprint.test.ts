import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { noisePicture } from "../testing.js";
import { withFolder } from "../testing-node.js";
import { openPictures } from "./dataset.js";
import { fingerprintPictures } from "./fingerprint.js";

test("the fingerprint of pictures changes with a file", async () => {
  const picture = noisePicture(1, { width: 3, height: 3 });
  await withFolder({ "a/1.png": picture, "b/2.png": picture }, async (root) => {
    const { train } = await openPictures(root, { validation: 0 });
    const before = await fingerprintPictures(train);
    expect(await fingerprintPictures(train)).toBe(before);
    await utimes(join(root, "b/2.png"), 1e9, 1e9);
    expect(await fingerprintPictures(train)).not.toBe(before);
    expect(await fingerprintPictures(train.slice(1))).not.toBe(before);
  });
});
