/** Runs `work` over the items, at most `limit` at a time, and keeps their order. The first failure is thrown. */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await settleAll(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** Waits for all before it throws the first failure, so that nothing is left running behind the caller. */
async function settleAll(running: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(running)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}

/** libuv decodes on four threads by default; more at a time would only hold more memory. */
export const DECODERS = 4;
