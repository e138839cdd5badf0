import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import type { Picture } from "./picture/picture.js";

/** A folder of files for one test: PNG of pictures, text and bytes as they are; gone afterwards. */
export async function withFolder<T>(
  files: Readonly<Record<string, Picture | string | Uint8Array>>,
  use: (root: string) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "graft-vision-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      const plain = typeof content === "string" || content instanceof Uint8Array;
      await writeFile(join(root, name), plain ? content : await png(content));
    }
    return await use(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

const png = ({ data, width, height, channels }: Picture): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels } }).png().toBuffer();
