import { GraftError } from "@graft-ml/core";
import { version } from "../run/versions.js";

/** The queue that searches and workers share in a Redis; another database of it (redis://host/1) has another. */
export const QUEUE = "graft";

/** Both sides train alike. */
export const queueVersion = `graft ${version}`;

/** Where a password is given, so that neither a list of processes nor a search's folder shows it. */
const PASSWORD = "GRAFT_QUEUE_PASSWORD";

/** An address of Redis with the environment's password. Throws `usage` for one that has its own, and for none. */
export function queueAddress(given: string, environment = process.env): string {
  // A socket of this machine.
  if (given.startsWith("/")) return given;
  if (!URL.canParse(given) || !/^rediss?:$/.test(new URL(given).protocol)) {
    throw new GraftError(
      "usage",
      `--queue ${given} is no address of Redis. Give one such as redis://localhost:6379.`,
    );
  }
  const url = new URL(given);
  if (url.password !== "") {
    throw new GraftError("usage", `--queue holds a password. Give it by ${PASSWORD}=... instead.`);
  }
  url.password = encodeURIComponent(environment[PASSWORD] ?? "");
  return url.href;
}
