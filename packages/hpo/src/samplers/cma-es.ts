import { SearchError } from "../error.js";
import { type Random, randomOf } from "../random.js";
import type { Asked, Sampler } from "../sampler.js";
import type { Params } from "../space/parameter.js";
import { meetsConstraints } from "../space/params.js";
import type { Space } from "../space/space.js";
import { valueAt } from "../space/unit.js";
import type { FinishedTrial } from "../trial.js";
import { drawPoint } from "./cma-es/draw.js";
import { replay } from "./cma-es/replay.js";
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
      const { distribution } = replay({ ...asked, dimensions, sigma, restarts });
      return suggestFrom(distribution, { asked, dimensions, candidates });
    },
  };
}

type Suggesting = {
  readonly asked: Asked;
  readonly dimensions: readonly number[];
  readonly candidates: number;
};

function suggestFrom(distribution: Distribution, suggesting: Suggesting): Params {
  const { asked, dimensions, candidates } = suggesting;
  const { space, seed, number, history, directions } = asked;
  const pointOf = ({ params }: FinishedTrial) => {
    const point = encode(space, params);
    return Float64Array.from(dimensions, (at) => point[at]!);
  };
  const complete = dimensions.length === Object.keys(space.parameters).length;
  // Where more is decided than the numbers, a surrogate of them alone learns what others have done.
  const chosen = complete && candidates > 1;
  const expect = chosen ? surrogateOf({ history, directions, distribution, pointOf }) : undefined;
  const source = randomOf({ seed, number, site: "cma-es" });
  const drawn = Array.from({ length: expect ? candidates : 1 }, () =>
    drawAllowed(distribution, suggesting, source),
  ).filter((each) => each !== undefined);
  if (!drawn[0]) return randomParams(asked, "cma-es");
  const best = expect ? mostPromising(drawn, expect) : drawn[0];
  return complete ? best.params : completeByTpe(asked, best.params);
}

type Candidate = { readonly point: Float64Array; readonly params: Params };

/** Of equals the first. */
function mostPromising(drawn: readonly Candidate[], expect: Surrogate): Candidate {
  const expected = drawn.map(({ point }) => expect(point));
  return drawn[expected.indexOf(Math.min(...expected))]!;
}

/** So many draws break the constraints only where the distribution is far from what they allow. */
const MOST_DRAWS = 100;

/** A point whose parameters meet the constraints, as far as they can be asked before the rest is decided. */
function drawAllowed(
  distribution: Distribution,
  { asked: { space }, dimensions }: Suggesting,
  source: Random,
): Candidate | undefined {
  const entries = Object.entries(space.parameters);
  const chosen = dimensions.map((at) => entries[at]!);
  const parameters = chosen.map(([, parameter]) => parameter);
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const point = drawPoint(distribution, { parameters, source });
    const params = Object.fromEntries(
      chosen.map(([name, parameter], at) => [name, valueAt(parameter, point[at]!)]),
    );
    if (chosen.length < entries.length || meetsConstraints(space, params)) return { point, params };
  }
  return undefined;
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
