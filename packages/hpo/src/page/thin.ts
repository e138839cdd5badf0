/** At most so many of a list, evenly chosen, the first and the last among them, beside those that must stay. */
export function thin<T>(
  all: readonly T[],
  { most, keep = [] }: { readonly most: number; readonly keep?: readonly T[] },
): readonly T[] {
  if (all.length <= most) return all;
  const chosen = new Set(keep);
  for (let at = 0; at < most; at++)
    chosen.add(all[Math.round((at * (all.length - 1)) / (most - 1))]!);
  return all.filter((each) => chosen.has(each));
}

/** What a caption says where not all is drawn. */
export const thinned = (drawn: number, all: number, what = "trials"): string =>
  drawn < all ? ` ${drawn} of ${all.toLocaleString("en-US")} ${what} are drawn.` : "";
