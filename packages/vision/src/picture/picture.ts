import { GraftError } from "@graft-ml/core";

/** A decoded picture: rows from the top, pixels from the left, channels interleaved, 0..255. */
export type Picture = {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGB and one more. */
  readonly channels: 1 | 3 | 4;
  /** height * width * channels bytes. */
  readonly data: Uint8Array;
};

/** A rectangle in pixels, from the top left corner. */
export type Rectangle = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Throws `batch-invalid` when the bytes don't fill the stated size, or the size isn't positive whole pixels. */
export function checkPicture(picture: Picture): void {
  const { width, height, channels, data } = picture;
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (whole && data.length === width * height * channels) return;
  throw new GraftError(
    "batch-invalid",
    `A picture of ${width}x${height} with ${channels} channels needs ${width * height * channels} bytes, but has ${data.length}. Pass its true size.`,
    { details: { width, height, channels, bytes: data.length } },
  );
}

/**
 * The part of a picture inside `area`; what lies outside the picture is black, as torchvision's
 * CenterCrop pads.
 */
export function crop(picture: Picture, area: Rectangle): Picture {
  const { channels } = picture;
  const data = new Uint8Array(area.width * area.height * channels);
  const left = Math.max(0, area.left);
  const right = Math.min(picture.width, area.left + area.width);
  const top = Math.max(0, area.top);
  const bottom = Math.min(picture.height, area.top + area.height);
  for (let y = top; right > left && y < bottom; y++) {
    const from = y * picture.width * channels;
    const row = picture.data.subarray(from + left * channels, from + right * channels);
    data.set(row, ((y - area.top) * area.width + left - area.left) * channels);
  }
  return { width: area.width, height: area.height, channels, data };
}
