import { GraftError } from "../errors.js";
import type { WeightStore } from "./store.js";

/**
 * A store under shorter names, such as those that DataParallel saved with "module." before each; its
 * own name says so. Throws `weights-unclear` if any name does not begin with the prefix.
 */
export function withoutPrefix(store: WeightStore, prefix: string): WeightStore {
  return {
    name: `${store.name} (names without ${JSON.stringify(prefix)})`,
    async list() {
      const entries = Object.entries(await store.list());
      const others = entries.map(([name]) => name).filter((name) => !name.startsWith(prefix));
      if (others.length === 0) {
        return Object.fromEntries(entries.map(([name, info]) => [name.slice(prefix.length), info]));
      }
      throw new GraftError(
        "weights-unclear",
        `${others.length} of the ${entries.length} names in ${store.name} do not begin with ${JSON.stringify(prefix)}, such as ${JSON.stringify(others[0])}. Leave the prefix where it is, or give another.`,
        { details: { store: store.name, prefix } },
      );
    },
    get: (name) => store.get(prefix + name),
  };
}
