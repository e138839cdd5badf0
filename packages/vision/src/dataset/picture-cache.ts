import type { Picture } from "../picture/picture.js";

/** Pictures kept in memory up to a bound; what comes after it is full is not kept. */
export type PictureCache = {
  get(key: string): Picture | undefined;
  put(key: string, picture: Picture): void;
  /** Bytes of pixels held. */
  bytes(): number;
  clear(): void;
};

/**
 * Nothing is ever evicted: an epoch reads every picture once, and a cache that forgets the oldest
 * would have forgotten each just before it is asked for.
 */
export function createPictureCache(
  options: {
    /** Default 512 MiB: about 3,500 pictures of 224 x 224. 0 keeps none. */
    maxBytes?: number;
  } = {},
): PictureCache {
  const { maxBytes = 512 * 2 ** 20 } = options;
  const pictures = new Map<string, Picture>();
  let bytes = 0;
  return {
    get: (key) => pictures.get(key),
    put: (key, picture) => {
      if (pictures.has(key) || bytes + picture.data.length > maxBytes) return;
      pictures.set(key, picture);
      bytes += picture.data.length;
    },
    bytes: () => bytes,
    clear: () => {
      pictures.clear();
      bytes = 0;
    },
  };
}
