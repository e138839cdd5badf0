import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { GraftError } from "@graft-ml/core";
import { decodePicture } from "../picture/decode.js";
import type { Picture } from "../picture/picture.js";
import type { PictureFile } from "./dataset.js";
import { type PictureSketch, pictureSketch } from "./picture-sketch.js";

/** What copies of a picture are told by: a hash of the file's bytes, and what it looks like. */
export type PictureLook = PictureSketch & { readonly bytes: string };

/** Looks by path, so that a file that was decoded for something else is not decoded again. */
export type PictureLooks = Map<string, PictureLook>;

/** Decodes a picture and keeps its look. Throws `picture-unreadable`. */
export async function decodeAndLook(
  { path, name }: PictureFile,
  looks: PictureLooks,
): Promise<Picture> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GraftError("picture-unreadable", `Can't read ${name}. Remove it from the data.`, {
      details: { name, reason },
      cause,
    });
  });
  const picture = await decodePicture(bytes, { name });
  const hash = createHash("sha256").update(bytes).digest("hex");
  looks.set(path, { ...pictureSketch(picture), bytes: hash });
  return picture;
}
