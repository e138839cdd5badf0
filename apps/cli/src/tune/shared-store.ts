import { join } from "node:path";
import type { FeatureStore } from "@graft-ml/core";
import { fileFeatureStore, takeLock } from "@graft-ml/core/node";
import type { TrainOptions } from "../run/train-options.js";

type Sharing = {
  readonly folder: string;
  readonly precision: TrainOptions["features"];
  readonly signal: AbortSignal;
};

/**
 * Features in files that several processes work out once between them: who finds none under a key makes
 * them, and the others wait, until they are there or their maker is gone.
 */
export function sharedFeatureStore({ folder, precision, signal }: Sharing): FeatureStore & {
  /** Lets go of what an end in the middle left. */
  release(): Promise<void>;
} {
  const store = fileFeatureStore({ folder, precision });
  const held = new Map<string, () => Promise<void>>();
  const free = async (key: string): Promise<void> => {
    const release = held.get(key);
    held.delete(key);
    await release?.();
  };
  return {
    async find(key) {
      const found = await store.find(key);
      if (found) return found;
      held.set(key, await lock(join(folder, `${key}.${precision}.lock`), signal));
      const since = await store.find(key);
      if (since) await free(key);
      return since;
    },
    async create(key, layout) {
      const writer = await store.create(key, layout);
      return {
        append: writer.append,
        finish: () => writer.finish().finally(() => free(key)),
        discard: () => writer.discard().finally(() => free(key)),
      };
    },
    release: async () => {
      for (const key of [...held.keys()]) await free(key);
    },
  };
}

async function lock(path: string, signal: AbortSignal): Promise<() => Promise<void>> {
  const taking = takeLock(path, { signal });
  for (;;) {
    const { done, value } = await taking.next();
    if (done) return value;
  }
}
