import { SearchError } from "../error.js";
import { type Random, randomOf } from "../random.js";
import type { Asked, Sampler } from "../sampler.js";
import type { Params } from "../space/parameter.js";
import { decide, meetsConstraints } from "../space/params.js";
import type { Space } from "../space/space.js";
import { valueAt } from "../space/unit.js";

/** So many draws break a constraint only where next to nothing meets it. */
const MOST_DRAWS = 10_000;

/**
 * Each trial on its own, even over what the constraints allow (Bergstra and Bengio 2012, Random search for
 * hyper-parameter optimization). Throws `space-invalid` where ten thousand draws meet no constraint.
 */
export function random(): Sampler {
  return { name: "random", suggest: (asked) => randomParams(asked, "random") };
}

/** Parameters drawn evenly until the constraints hold. Throws as `random`. */
export function randomParams({ space, seed, number }: Asked, site: string): Params {
  const source = randomOf({ seed, number, site });
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const params = drawEvenly(space, source);
    if (meetsConstraints(space, params)) return params;
  }
  throw new SearchError(
    "space-invalid",
    `No parameters of ${MOST_DRAWS} draws meet the constraints. Loosen them, or declare the space so that more of it meets them.`,
  );
}

const drawEvenly = (space: Space, source: Random): Params =>
  decide(space, (_, parameter) => valueAt(parameter, source.uniform()));
