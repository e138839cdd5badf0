import { createHash } from "node:crypto";
import { SearchError } from "../error.js";
import type { RoundPlace } from "../rounds/place.js";
import type { Params } from "../space/parameter.js";

/** Before the keys of BullMQ. */
export const PREFIX = "graft";

/** Before those beside, so that no job can have the name of one. */
const BESIDE = "graft-trials";

/** Throws `config-invalid` where a name can't be a part of a key. */
export function checkName(what: string, name: string): void {
  if (/^[\w.-]{1,100}$/.test(name)) return;
  throw new SearchError(
    "config-invalid",
    `${what} is "${name}". Give up to 100 letters, digits, dots, hyphens and underscores.`,
  );
}

/** What the queue of this name works with. */
export const versionKey = (queue: string): string => `${BESIDE}:${queue}:version`;

/** Where the answers to a job's reports are, and the channel that says when there are new ones. */
export const answerKey = (queue: string, job: string): string => `${BESIDE}:${queue}:answer:${job}`;

/** The jobs of a search. */
export const jobsKey = (queue: string, search: string): string =>
  `${BESIDE}:${queue}:jobs:${search}`;

/** A trial whose job is to be found again. */
export type Named = {
  readonly search: string;
  readonly number: number;
  readonly params: Params;
  readonly task: unknown;
  readonly place: RoundPlace | undefined;
};

/**
 * The job of one attempt. The same trial has the same name whoever asks, so that it isn't added twice; other
 * parameters, another task or another round have another, so that nobody takes its result for theirs.
 */
export function jobName({ search, number, params, task, place }: Named, attempt: number): string {
  const sorted = Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([sorted, task, place ?? null]);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `${search}-${number}-${digest}-${attempt}`;
}
