import { GraftError } from "../errors.js";

/** A weights file that is not what its format says: every reader's one error. */
export const corrupt = (
  file: string,
  why: string,
  details: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): GraftError =>
  new GraftError(
    "weights-corrupt",
    `The weights file ${file} can't be read: ${why}. Fetch or write it again.`,
    { details: { file, why, ...details }, cause },
  );
