import type { DataCheckEvent } from "../run/data-check.js";

type CopiesFound = Extract<DataCheckEvent, { type: "copies-found" }>;

const joined = (told: readonly (string | false)[], end: string): string | undefined => {
  const said = told.filter((one) => one !== false);
  return said.length === 0 ? undefined : `${said.join("; ")}${end}`;
};

const many = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`;

/** What the split minded. */
export const splitLine = ({ noun, extra, groups, together }: CopiesFound): string | undefined =>
  joined(
    [
      together &&
        extra > 0 &&
        `${many(extra, noun)} one too many: copies stay on one side of the split`,
      groups > 0 && `${groups} groups of ${noun}s: none is parted`,
    ],
    "",
  );

/** Copies within a class that stay on one side do no harm that must be known. */
export const splitWarning = (found: CopiesFound): string | undefined =>
  joined(
    [
      found.leftOut > 0 &&
        `${many(found.leftOut, found.noun)} left out of the training: the ${found.noun}s that score it hold copies of them, or others of their groups`,
      found.acrossParts > 0 &&
        `${many(found.acrossParts, found.noun)} in several parts, so that the scores are too good`,
      found.acrossClasses > 0 &&
        `${many(found.acrossClasses, found.noun)} under several classes, where a label is wrong`,
    ],
    ". The report names them.",
  );
