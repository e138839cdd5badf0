import { type Parts, setApart } from "@graft-ml/core";
import type { Opening } from "./open-texts.js";
import { type AnySample, textStrata } from "./strata.js";

/** Sets validation samples apart where the data has none of its own. */
export function splitParts<S extends AnySample>(
  parts: Parts<S>,
  { parts: { files }, options: { validation = 0.2, seed = 0 } }: Opening,
): Parts<S> {
  if (files.validation.length > 0 || validation === 0) return parts;
  return { ...parts, ...setApart(parts.train, textStrata(parts.train), { validation, seed }) };
}
