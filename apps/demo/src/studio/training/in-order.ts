import type { Shelf } from "../samples/shelf.js";
import type { ClassOfSamples, Kind } from "../studio.js";

/**
 * Classes by name, and the pictures of one by theirs, as `graft train` reads a folder: the same files give the same
 * network, however they came. Texts stay as their table has them.
 */
export function inOrder(
  kind: Kind,
  classes: readonly ClassOfSamples[],
  shelf: Pick<Shelf, "take">,
): readonly ClassOfSamples[] {
  const byName = classes.toSorted((a, b) => compare(a.name, b.name));
  if (kind === "texts") return byName;
  return byName.map(({ name, ids }) => {
    const names = shelf.take(ids).map((sample) => sample.name);
    const places = [...ids.keys()].sort((a, b) => compare(names[a]!, names[b]!) || a - b);
    return { name, ids: places.map((place) => ids[place]!) };
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
