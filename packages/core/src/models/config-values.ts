import { GraftError } from "../errors.js";
import type { Json } from "../program.js";

type Config = { readonly [key: string]: Json };

/** A value that is there and right, or undefined where it is absent. */
export function optional(
  config: Config,
  key: string,
  accepts: (value: Json) => boolean,
  needs: string,
): Json | undefined {
  const value = config[key];
  if (value === undefined || value === null) return undefined;
  if (accepts(value)) return value;
  throw invalid(config, key, needs);
}

export const isIndex = (value: Json): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;

export function count(config: Config, key: string, fallback: number): number {
  const accepts = (value: Json) => isIndex(value) && value !== 0;
  return (optional(config, key, accepts, "a whole number above 0") ?? fallback) as number;
}

export function share(config: Config, key: string, fallback: number): number {
  const accepts = (value: Json) => typeof value === "number" && value >= 0 && value < 1;
  return (optional(config, key, accepts, "a number from 0 to below 1") ?? fallback) as number;
}

export function number(config: Config, key: string, fallback: number): number {
  const accepts = (value: Json) => typeof value === "number" && value > 0;
  return (optional(config, key, accepts, "a number above 0") ?? fallback) as number;
}

export function flag(config: Config, key: string, fallback: boolean): boolean {
  const accepts = (value: Json) => typeof value === "boolean";
  return (optional(config, key, accepts, "true or false") ?? fallback) as boolean;
}

/** The error for a key whose value cannot be. */
export function invalid(config: Config, key: string, needs: string): GraftError {
  const value = config[key] ?? null;
  return new GraftError(
    "config-invalid",
    `The model's config has "${key}": ${JSON.stringify(value)}; it needs ${needs}.`,
    { details: { key, value } },
  );
}
