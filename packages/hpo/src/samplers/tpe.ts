import { SearchError } from "../error.js";
import { type Random, randomOf } from "../random.js";
import type { Asked, Sampler } from "../sampler.js";
import type { Params } from "../space/parameter.js";
import { decide, meetsConstraints } from "../space/params.js";
import { valueAt } from "../space/unit.js";
import { encode, type Point } from "./encode.js";
import { quasiRandomParams } from "./quasi-random.js";
import { randomParams } from "./random.js";
import { rankTrials } from "./rank.js";
import { drawNear, kernelWeights, logDensity, type Parzen } from "./tpe/parzen.js";
import { estimate } from "./tpe/widths.js";

/** How a TPE begins and what it looks at. */
export type TpeOptions = {
  /** Trials that fill the space before any is modelled. Default 10. */
  readonly startup?: number;
  /** Points drawn for each trial, of which the one that promises most is tried. Default 64. */
  readonly candidates?: number;
};

const DEFAULTS = { startup: 10, candidates: 64 };

/**
 * Tree-structured Parzen estimators (Bergstra et al. 2011) over all parameters together (Falkner et al. 2018):
 * tries what is likelier among the best tenth of trials than among the others. Its kernels narrow as trials
 * end. A pending trial counts as a bad one. Several objectives are ranked by what dominates what. Throws
 * `config-invalid` for options that are no whole numbers above 0.
 */
export function tpe(options: TpeOptions = {}): Sampler {
  const settings = { ...DEFAULTS, ...options };
  for (const [name, value] of Object.entries(settings)) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new SearchError(
        "config-invalid",
        `TPE was given ${name} ${value}. Give a whole number above 0.`,
      );
    }
  }
  return {
    name: "tpe",
    suggest: (asked) =>
      asked.history.length < settings.startup
        ? quasiRandomParams(asked)
        : suggest({ asked, given: {}, candidates: settings.candidates }),
  };
}

/** Decides what is not given yet by a TPE, beside what is. */
export const completeByTpe = (asked: Asked, given: Params): Params =>
  suggest({ asked, given, candidates: DEFAULTS.candidates });

type Suggesting = {
  readonly asked: Asked;
  readonly given: Params;
  readonly candidates: number;
};

function suggest({ asked, given, candidates }: Suggesting): Params {
  const { space, seed, number, history, pending } = asked;
  const [good, bad] = estimates(asked);
  const source = randomOf({ seed, number, site: "tpe" });
  const weights = kernelWeights(good, encode(space, given));
  const used = [...history, ...pending].map(({ params }) => encode(space, params));
  const drawn = Array.from({ length: candidates }, () =>
    drawCandidate(asked, { given, good, weights, source }),
  ).filter((params) => meetsConstraints(space, params));
  const scored = drawn.map((params) => {
    const point = encode(space, params);
    return { params, point, score: logDensity(good, point) - logDensity(bad, point) };
  });
  scored.sort((a, b) => b.score - a.score);
  const untried = ({ point }: { readonly point: Point }) =>
    !used.some((other) => other.every((value, at) => Object.is(value, point[at])));
  const best = scored.find(untried) ?? evenlyUntried(asked, untried) ?? scored[0];
  return best?.params ?? randomParams(asked, "tpe");
}

/** The best tenth of the trials, ten at most, and the others with those that are pending. */
function estimates(asked: Asked): readonly [Parzen, Parzen] {
  const { space, history, directions, pending } = asked;
  const ranked = rankTrials(history, directions);
  const size = Math.min(10, Math.ceil(0.1 * ranked.length));
  const trials = ranked.length + pending.length;
  const of = (some: readonly { readonly params: Params }[]) =>
    estimate({ space, points: some.map(({ params }) => encode(space, params)), trials });
  return [of(ranked.slice(0, size)), of([...ranked.slice(size), ...pending])];
}

type Drawn = {
  readonly given: Params;
  readonly good: Parzen;
  readonly weights: Float64Array;
  readonly source: Random;
};

function drawCandidate({ space }: Asked, { given, good, weights, source }: Drawn): Params {
  // The last weight is the even kernel's, which is about no point.
  const centre = good.points[source.index(weights)];
  const names = Object.keys(space.parameters);
  return decide(space, (name, parameter) => {
    if (name in given) return given[name]!;
    const at = names.indexOf(name);
    const place = drawNear(parameter, centre?.[at] ?? Number.NaN, {
      width: good.widths[at]!,
      source,
    });
    return parameter.kind === "choice" ? parameter.values[place]! : valueAt(parameter, place);
  });
}

/** Something that was not tried, where every candidate was: a few even draws look for it. */
function evenlyUntried(
  asked: Asked,
  untried: (each: { readonly point: Point }) => boolean,
): { readonly params: Params } | undefined {
  for (let draw = 0; draw < 20; draw++) {
    const params = randomParams(asked, `tpe ${draw}`);
    if (untried({ point: encode(asked.space, params) })) return { params };
  }
  return undefined;
}
