import type { ByteSource } from "./store.js";

/** A file that a page was given, or any other blob, read in pieces. */
export const blobSource = (blob: Blob, name = "(file)"): ByteSource => ({
  name,
  size: async () => blob.size,
  read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
});
