import { parseSpace, type Space, spaceFromJson } from "@graft-ml/hpo";
import { readJson } from "../files.js";
import { jsonObject } from "../json.js";

/** Where a search's parameters are named. */
export type SpaceFlags = {
  readonly param?: readonly string[] | undefined;
  readonly grid?: readonly string[] | undefined;
  /** A file of JSON. */
  readonly space?: string | undefined;
};

/**
 * The parameters of a file, of --param and of --grid, in this order; undefined: none is named. Throws
 * `space-invalid`, naming the declaration, and `config-invalid` for a file that is no JSON.
 */
export async function readSpace(flags: SpaceFlags): Promise<Space | undefined> {
  const { param = [], grid = [], space } = flags;
  const declarations = [...param, ...grid];
  const declared = declarations.length === 0 ? {} : parseSpace(declarations).parameters;
  const kept = space === undefined ? {} : await readJson(space, jsonObject);
  const parameters = { ...kept, ...declared };
  return Object.keys(parameters).length === 0 ? undefined : spaceFromJson(parameters);
}
