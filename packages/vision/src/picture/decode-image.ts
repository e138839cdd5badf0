import { GraftError } from "@graft-ml/core";
import type { Picture } from "./picture.js";

export type DecodeImageOptions = {
  /** How messages call the picture. Default "picture". */
  name?: string;
  /** Larger pictures are refused. Default 100 million pixels. */
  maxPixels?: number;
};

/**
 * Decodes a file's bytes, or takes a frame, by the browser, on a page or in a worker: to RGB, upright by its
 * EXIF orientation, transparency laid over white, colour profiles ignored, as `decodePicture` does in Node. What
 * the browser can't decode is refused: `picture-unreadable`.
 */
export async function decodeImage(
  source: Blob | ImageBitmap,
  { name = "picture", maxPixels = 100e6 }: DecodeImageOptions = {},
): Promise<Picture> {
  try {
    const image = source instanceof Blob ? await bitmapOf(source) : source;
    try {
      const { width, height } = image;
      if (width * height > maxPixels) throw new Error(`it has ${width} x ${height} pixels`);
      return pixelsOf(image);
    } finally {
      if (image !== source) image.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new GraftError(
      "picture-unreadable",
      `Can't read ${name} as a picture (${reason}). Replace it with an intact JPEG, PNG, WebP, GIF or AVIF, or leave it out.`,
      { details: { name, reason }, cause },
    );
  }
}

async function bitmapOf(source: Blob): Promise<ImageBitmap> {
  if (source.size === 0) throw new Error("the file is empty");
  return createImageBitmap(source, {
    imageOrientation: "from-image",
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
}

function pixelsOf(image: ImageBitmap): Picture {
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (context === null) throw new Error("the browser gives no canvas to decode it on");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  const { data: rgba } = context.getImageData(0, 0, width, height);
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4) {
    data[to++] = rgba[from]!;
    data[to++] = rgba[from + 1]!;
    data[to++] = rgba[from + 2]!;
  }
  return { width, height, channels: 3, data };
}
