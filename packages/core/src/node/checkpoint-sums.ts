import { crc32 } from "node:zlib";
import { bytesOf } from "../weights/dtype.js";
import type { Weights } from "../weights/host-tensor.js";
import { once, type SafetensorsStore } from "../weights/store.js";

/** A check sum of each array and of the state, as a checkpoint's metadata hold them: in the order of names, so that equal weights are equal bytes. */
export function sumsOf(weights: Weights, { state = "" }: Readonly<Record<string, string>>): string {
  const sums = Object.keys(weights)
    .sort()
    .map((name) => [name, crc32(bytesOf(weights[name]!))]);
  return JSON.stringify({ state: crc32(state), arrays: Object.fromEntries(sums) });
}

/** The same store; what is not as it was written throws a `TypeError`. Where no sums were kept, all passes. */
export function checkedStore(store: SafetensorsStore): SafetensorsStore {
  const written = once(async (): Promise<Sums> => {
    const { sums = "{}" } = await store.metadata();
    return JSON.parse(sums) as Sums;
  });
  return {
    ...store,
    metadata: async () => {
      const metadata = await store.metadata();
      requireSame((await written()).state, crc32(metadata.state ?? ""), "its state");
      return metadata;
    },
    get: async (name) => {
      const array = await store.get(name);
      requireSame((await written()).arrays?.[name], crc32(bytesOf(array)), `the array "${name}"`);
      return array;
    },
  };
}

type Sums = { readonly state?: number; readonly arrays?: Readonly<Record<string, number>> };

function requireSame(sum: number | undefined, found: number, what: string): void {
  if (sum !== undefined && sum !== found) {
    throw new TypeError(`${what} is not as it was written`);
  }
}
