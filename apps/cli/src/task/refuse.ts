import { GraftError } from "@graft-ml/core";

/** Whether a person gave an option, and its flag. */
export type Given = readonly [isGiven: boolean, flag: string];

/** Throws `usage` for the first option that was given though it means nothing for these data; `why` says so. */
export function refuse(options: readonly Given[], why: string): void {
  const given = options.find(([isGiven]) => isGiven);
  if (given) throw new GraftError("usage", `${given[1]} ${why}. Leave it out.`);
}
