import { SearchError } from "../error.js";
import { randomOf } from "../random.js";
import type { Asked, Sampler } from "../sampler.js";
import type { Params } from "../space/parameter.js";
import { meetsConstraints } from "../space/params.js";
import type { Space } from "../space/space.js";
import { valueAt } from "../space/unit.js";
import type { FinishedTrial } from "../trial.js";
import { pointWriter, stretchOf } from "./cma-es/draw.js";
import { type Run, replay } from "./cma-es/replay.js";
import { type Surrogate, surrogateOf } from "./cma-es/surrogate.js";
import type { Distribution } from "./cma-es/update.js";
import { encode } from "./encode.js";
import { randomParams } from "./random.js";
import { completeByTpe } from "./tpe.js";

/** How a CMA-ES begins and goes on. */
export type CmaEsOptions = {
  /** The first deviation about the middle, as a part of each range. Default 0.2. */
  readonly sigma?: number;
  /**
   * Points drawn for each trial, of which the one that promises most is tried; one where the space has more than
   * what is evolved. Default 20.
   */
  readonly candidates?: number;
  /** Whether one that has converged begins elsewhere with twice as many points a generation. Default true. */
  readonly restarts?: boolean;
};

/**
 * Evolves a normal distribution over the numbers that always apply (Hansen, arXiv 1604.00772), from the middle
 * of the space, with restarts (Auger and Hansen 2005) and a choice of points by a surrogate. It can't evolve
 * choices and conditional parameters: `tpe` decides those beside the numbers. A trial's generation follows
 * from its number. Throws `space-invalid` where no number always applies, `config-invalid` for several
 * objectives.
 */
export function cmaEs(options: CmaEsOptions = {}): Sampler {
  const { sigma = 0.2, candidates = 20, restarts = true } = options;
  if (!(sigma > 0 && sigma <= 1)) {
    throw invalid(
      `The first deviation is ${sigma}. Give a part of the range, above 0 and at most 1.`,
    );
  }
  if (!(Number.isInteger(candidates) && candidates > 0)) {
    throw invalid(`There are ${candidates} candidates a trial. Give a whole number above 0.`);
  }
  return {
    name: "cma-es",
    suggest(asked) {
      if (asked.directions.length !== 1) {
        throw invalid(
          `CMA-ES searches for one objective, not ${asked.directions.length}. Use tpe for several.`,
        );
      }
      const dimensions = evolved(asked.space);
      const run = replay({ ...asked, dimensions, sigma, restarts });
      return suggestFrom(run, { asked, dimensions, candidates });
    },
  };
}

type Suggesting = {
  readonly asked: Asked;
  readonly dimensions: readonly number[];
  readonly candidates: number;
};

function suggestFrom(run: Run, suggesting: Suggesting): Params {
  const { asked, dimensions, candidates } = suggesting;
  const { space, history, directions } = asked;
  const pointOf = ({ params }: FinishedTrial) => {
    const point = encode(space, params);
    return Float64Array.from(dimensions, (at) => point[at]!);
  };
  const complete = dimensions.length === Object.keys(space.parameters).length;
  // Where more is decided than the numbers, a surrogate of them alone learns what others have done.
  const chosen = complete && candidates > 1;
  const expect = chosen ? surrogateOf(run, { history, directions, pointOf }) : undefined;
  const point = bestDrawn(run, { suggesting, expect, count: expect ? candidates : 1 });
  if (!point) return randomParams(asked, "cma-es");
  const params = paramsAt(point, suggesting);
  return complete ? params : completeByTpe(asked, params);
}

type Choosing = {
  readonly suggesting: Suggesting;
  readonly expect: Surrogate | undefined;
  readonly count: number;
};

/** Of so many points the one that promises most, of equals the first; `undefined` where none is allowed. */
function bestDrawn(
  { distribution }: Run,
  { suggesting, expect, count }: Choosing,
): Float64Array | undefined {
  const draw = drawer(distribution, suggesting);
  let point: Float64Array = new Float64Array(suggesting.dimensions.length);
  let best: Drawn | undefined;
  for (let number = 0; number < count; number++) {
    if (!draw(point)) continue;
    const expected = expect ? expect(point) : 0;
    if (best && !(expected < best.expected)) continue;
    // The two arrays change places, so that none is made for each draw.
    const free = best?.point ?? new Float64Array(point.length);
    best = { point, expected };
    point = free;
  }
  return best?.point;
}

type Drawn = { readonly point: Float64Array; readonly expected: number };

/** So many draws break the constraints only where the distribution is far from what they allow. */
const MOST_DRAWS = 100;

/**
 * What writes points whose parameters meet the constraints, as far as they can be asked before the rest is
 * decided, and says whether it found one.
 */
function drawer(distribution: Distribution, suggesting: Suggesting) {
  const { space, seed, number } = suggesting.asked;
  const entries = Object.values(space.parameters);
  const parameters = suggesting.dimensions.map((at) => entries[at]!);
  const source = randomOf({ seed, number, site: "cma-es" });
  const stretch = stretchOf(distribution, parameters);
  const isFree = parameters.length < entries.length || space.constraints.length === 0;
  const write = pointWriter({ distribution, stretch, source });
  return (point: Float64Array): boolean => {
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      write(point);
      if (isFree || meetsConstraints(space, paramsAt(point, suggesting))) return true;
    }
    return false;
  };
}

function paramsAt(point: Float64Array, { asked: { space }, dimensions }: Suggesting): Params {
  const entries = Object.entries(space.parameters);
  return Object.fromEntries(
    dimensions.map((position, at) => {
      const [name, parameter] = entries[position]!;
      return [name, valueAt(parameter, point[at]!)];
    }),
  );
}

/** Positions of the numbers that always apply. */
function evolved(space: Space): readonly number[] {
  const dimensions = Object.values(space.parameters).flatMap(({ kind, when }, at) =>
    kind !== "choice" && !when ? [at] : [],
  );
  if (dimensions.length > 0) return dimensions;
  throw new SearchError(
    "space-invalid",
    "CMA-ES evolves numbers that always apply, and the space has none. Use tpe.",
  );
}

const invalid = (message: string): SearchError => new SearchError("config-invalid", message);
