import { GraftError, isGraftError } from "@graft-ml/core";
import type { NewSample, ReadSample, SampleId } from "../studio.js";
import type { Medium } from "./medium.js";
import type { Held } from "./mediums.js";

/** The samples that could be read, under the page's numbers. */
export type Shelf = {
  read(medium: Medium<Held>, sample: NewSample): Promise<ReadSample>;
  forget(ids: readonly SampleId[]): void;
  /** Throws `usage` for a number that nothing is held under. */
  take(ids: readonly SampleId[]): readonly Held[];
};

export function createShelf(): Shelf {
  const held = new Map<SampleId, Held>();
  return {
    async read(medium, { id, name, item, place }) {
      try {
        const one = await medium.read(item, name);
        held.set(id, place === undefined ? one : { ...one, name: place });
        return { id, ok: true };
      } catch (error) {
        if (!isGraftError(error)) throw error;
        return { id, ok: false, reason: String(error.details.reason ?? error.message) };
      }
    },
    forget(ids) {
      for (const id of ids) held.delete(id);
    },
    take: (ids) =>
      ids.map((id) => {
        const one = held.get(id);
        if (one) return one;
        throw new GraftError("usage", `There is no sample ${id}: it was not read, or removed.`);
      }),
  };
}
