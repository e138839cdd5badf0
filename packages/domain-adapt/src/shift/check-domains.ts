import { GraftError } from "@graft-ml/core";
import { checkDomains, type Domains } from "../align/alignment.js";

/** Throws as `checkDomains`, and `dataset-invalid` for a domain of fewer rows or for features of no size. */
export function requireRows({ source, target }: Domains, fewest: number): void {
  checkDomains({ source, target });
  const least = Math.min(source.rows, target.rows);
  if (least >= fewest && source.columns > 0) return;
  throw new GraftError(
    "dataset-invalid",
    `A domain has ${least} rows of ${source.columns} features. Give at least ${fewest} rows of one feature or more.`,
    { details: { rows: least, fewest, size: source.columns } },
  );
}

/** Throws `config-invalid` unless an option is a whole number of at least so much. */
export function checkCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new GraftError(
    "config-invalid",
    `${name} must be a whole number of at least ${least}, not ${value}.`,
    { details: { [name]: value } },
  );
}
