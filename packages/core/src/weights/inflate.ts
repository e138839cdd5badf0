/**
 * Unpacks raw deflate data that fills `bytes` exactly with the platform's decompressor, and stops it as
 * soon as more comes out. Throws what `wrong` makes of the reason.
 */
export async function inflate(
  packed: Uint8Array<ArrayBuffer>,
  bytes: Uint8Array,
  wrong: (why: string, cause?: unknown) => Error,
): Promise<void> {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  const written = writer.write(packed).then(() => writer.close());
  // Damage shows on both ends; it is told by the reading one.
  written.catch(() => {});
  const size = bytes.length;
  const length = await drain(stream.readable, bytes).catch((cause: unknown) => {
    throw wrong("is not valid deflate data", cause);
  });
  if (length > size) throw wrong(`unpacks to more than its ${size} bytes`);
  if (length < size) throw wrong(`unpacks to ${length} of its ${size} bytes`);
}

/** How many bytes came, at most one chunk more than there is room for. */
async function drain(stream: ReadableStream<Uint8Array>, into: Uint8Array): Promise<number> {
  const reader = stream.getReader();
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (length + part.value.length > into.length) {
      await reader.cancel();
      return length + part.value.length;
    }
    into.set(part.value, length);
    length += part.value.length;
  }
  return length;
}
