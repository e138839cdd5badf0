import type { Picture } from "./picture/picture.js";

/** Reproducible noise for tests: byte i is the top byte of (i + 1000003 * seed) * 2654435761 mod 2^32. */
export function noisePicture(
  seed: number,
  size: { width: number; height: number; channels?: 1 | 3 | 4 },
): Picture {
  const { width, height, channels = 3 } = size;
  const offset = 1000003 * seed;
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => Math.imul(i + offset, 2654435761) >>> 24,
  );
  return { width, height, channels, data };
}
