import { readFile } from "node:fs/promises";
import { GraftError } from "@graft-ml/core";
import sharp, { type Sharp } from "sharp";
import type { Picture } from "./picture.js";

export type DecodeOptions = {
  /** How messages call the picture. Default: its path, or "picture" for bytes. */
  name?: string;
  /** Larger pictures are refused before they are decoded. Default 100 million pixels. */
  maxPixels?: number;
};

/** File endings that `decodePicture` reads and datasets look for, in lower case. */
export const PICTURE_EXTENSIONS: readonly string[] = [
  ".jpg",
  ".jpeg",
  ".png",
  ".webp",
  ".gif",
  ".tif",
  ".tiff",
  ".avif",
  ".svg",
];

/**
 * Decodes a file or bytes to RGB, upright: the EXIF orientation is applied, transparency is laid
 * over white, grey is repeated, 16 bits keep their upper 8, CMYK is converted by Pillow's formula,
 * and colour profiles are ignored, so that an opaque picture has the bytes of Pillow's
 * `exif_transpose(open(file)).convert("RGB")`, which networks are trained on. An animation gives
 * its first frame. Throws `picture-unreadable`, also for a file cut short.
 */
export async function decodePicture(
  source: string | URL | Uint8Array,
  options: DecodeOptions = {},
): Promise<Picture> {
  const { maxPixels = 100e6 } = options;
  const name = options.name ?? (source instanceof Uint8Array ? "picture" : String(source));
  try {
    const bytes = source instanceof Uint8Array ? source : await readFile(source);
    if (bytes.length === 0) throw new Error("the file is empty");
    // "error" refuses cut and broken data but, like Pillow, not mere warnings.
    const image = sharp(bytes, {
      failOn: "error",
      ignoreIcc: true,
      autoOrient: true,
      limitInputPixels: maxPixels,
    });
    const { space, hasAlpha } = await image.metadata();
    if (space === "cmyk") return await decodeCmyk(image);
    const opaque = hasAlpha ? image.flatten({ background: "#fff" }) : image;
    return await raw(opaque.toColourspace("srgb"), 3);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new GraftError(
      "picture-unreadable",
      `Can't read ${name} as a picture (${reason}). Replace it with an intact JPEG, PNG, WebP, GIF, TIFF, AVIF or SVG, or leave it out.`,
      { details: { name, reason }, cause },
    );
  }
}

async function raw<C extends 3 | 4>(image: Sharp, channels: C) {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== channels) throw new Error(`it decodes to ${info.channels} channels`);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { width: info.width, height: info.height, channels, data: bytes };
}

/** Ink to light without a profile: (255 - ink) * (255 - black) / 255, rounded. */
async function decodeCmyk(image: Sharp): Promise<Picture> {
  const inks = await raw(image.pipelineColourspace("cmyk").toColourspace("cmyk"), 4);
  const data = new Uint8Array(inks.width * inks.height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4) {
    const light = 255 - inks.data[from + 3]!;
    for (let c = 0; c < 3; c++) data[to++] = light - divide255(inks.data[from + c]! * light);
  }
  return { width: inks.width, height: inks.height, channels: 3, data };
}

/** value / 255 rounded to nearest, for 0 <= value <= 255^2, in whole numbers. */
function divide255(value: number): number {
  const rounded = value + 128;
  return (rounded + (rounded >> 8)) >> 8;
}
