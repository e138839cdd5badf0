/** Pages that are not cross-origin isolated have no memory that workers share. */
export const sharesMemory = typeof SharedArrayBuffer === "function";

/** Whether a worker reads this memory without a copy. */
export const isShared = (buffer: ArrayBufferLike): boolean =>
  sharesMemory && buffer instanceof SharedArrayBuffer;
