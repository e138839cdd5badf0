import type { WarmEvent } from "../run/warm-start.js";

/** So many names are told; the rest is a number. */
const NAMED = 8;

const told = (what: string, names: readonly string[]): string => {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return names.length === 0 ? "" : `; ${what}: ${names.slice(0, NAMED).join(", ")}${more}`;
};

/** "3 of 5 classes known; new: ant, bee; dropped: owl". */
export const warmLine = ({ from, known, fresh, dropped }: WarmEvent): string =>
  `Warm start from ${from}: ${known.length} of ${known.length + fresh.length} classes known${told("new", fresh)}${told("dropped", dropped)}`;
