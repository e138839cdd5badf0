import { SearchError } from "../error.js";
import type { Asked, Sampler } from "../sampler.js";
import type { Params } from "../space/parameter.js";
import { decide, meetsConstraints } from "../space/params.js";
import { valueAt } from "../space/unit.js";
import { SOBOL_DIMENSIONS, scrambledSobol } from "./quasi/sobol.js";
import { randomParams } from "./random.js";

/**
 * Trials that fill the space more evenly than random ones: Sobol's sequence with Joe and Kuo's direction
 * numbers (2008) under Owen's scrambling (1995), a dimension a parameter. What breaks a constraint is drawn
 * at random instead. Throws `space-invalid` above 128 parameters.
 */
export function quasiRandom(): Sampler {
  return { name: "quasi-random", suggest: quasiRandomParams };
}

/** The quasi-random parameters of a trial's number. Throws as `quasiRandom`. */
export function quasiRandomParams(asked: Asked): Params {
  const { space, seed, number } = asked;
  const names = Object.keys(space.parameters);
  if (names.length > SOBOL_DIMENSIONS) {
    throw new SearchError(
      "space-invalid",
      `The space has ${names.length} parameters; quasi-random points have at most ${SOBOL_DIMENSIONS}. Use random ones.`,
    );
  }
  const params = decide(space, (name, parameter) =>
    valueAt(parameter, scrambledSobol(number, names.indexOf(name), seed)),
  );
  return meetsConstraints(space, params) ? params : randomParams(asked, "quasi-random");
}
