import { GraftError } from "../errors.js";

/** Nothing came, or not all of it. */
export const downloadFailed = (url: string, why: string, cause?: unknown): GraftError =>
  new GraftError(
    "download-failed",
    `${url} can't be fetched: ${why}. Try again, or fetch it by hand.`,
    { details: { url }, cause },
  );

/** The server answered that it won't: `source-not-found` for 404 and 410, else `download-failed`. */
export const downloadRefused = (url: string, status: number): GraftError =>
  status === 404 || status === 410
    ? new GraftError("source-not-found", `There is nothing at ${url} (HTTP ${status}).`, {
        details: { url, status },
      })
    : downloadFailed(url, `the server answered HTTP ${status}`);
