import { GraftError } from "@graft-ml/core";

/** The target's labels count for nothing but a column of the table, so that nothing is lost without them. */
export function otherClasses(
  unknown: readonly string[],
  about: { data: string; classes: readonly string[]; cause?: unknown; instead?: string },
): GraftError {
  const {
    data,
    classes,
    cause,
    instead = "give its pictures in one folder without classes",
  } = about;
  const shown = (names: readonly string[]): string =>
    `${names.slice(0, 8).join(", ")}${names.length > 8 ? ", ..." : ""}`;
  return new GraftError(
    "dataset-invalid",
    `The target ${data} has ${unknown.length === 1 ? "a class" : `${unknown.length} classes`} that the source doesn't: ${shown(unknown)}. The source has ${shown(classes)}. Name them alike, or ${instead}: adapting needs no labels of the target.`,
    { details: { data, unknown, classes }, cause },
  );
}
