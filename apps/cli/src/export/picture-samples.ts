import { isGraftError, randomWords } from "@graft-ml/core";
import type { Picture } from "@graft-ml/vision";
import { decodePicture, type PictureFile } from "@graft-ml/vision/node";

/** Those of the pictures that can be read, decoded. */
export async function decoded(files: readonly PictureFile[]) {
  const read = (await Promise.all(files.map(readable))).flatMap((one) => one ?? []);
  return { names: read.map(({ name }) => name), items: read.map(({ picture }) => picture) };
}

async function readable({ name, path }: PictureFile) {
  try {
    return { name, picture: await decodePicture(path, { name }) };
  } catch (error) {
    if (isGraftError(error, "picture-unreadable")) return undefined;
    throw error;
  }
}

const shapes = [
  [320, 240],
  [240, 320],
  [257, 257],
  [511, 173],
] as const;

/** Pictures of several shapes that show nothing. */
export const noisePictures = (count: number): readonly Picture[] =>
  Array.from({ length: count }, (_, step) => {
    const [width, height] = shapes[step % shapes.length]!;
    const length = width * height * 3;
    const words = randomWords({ seed: 0, step, site: "export-sample" }, Math.ceil(length / 4));
    return { width, height, channels: 3, data: new Uint8Array(words.buffer, 0, length) };
  });
