import type { FinishedTrial } from "../trial.js";
import { axisOf, even } from "./axis.js";
import { reachOf } from "./reach.js";
import type { Named, Seen } from "./seen.js";
import { precise } from "./words.js";

/** One axis of several beside one another; places on it go from 0 to 1. */
export type Lane = {
  readonly title: string;
  /** Its number, from 0. */
  readonly at: number;
  readonly ticks: readonly { readonly place: number; readonly name: string }[];
  /** Whether some trials have no place on it: they pass below 0. */
  readonly isOptional: boolean;
  readonly placeOf: (trial: FinishedTrial) => number;
};

/** Where a trial passes an axis of a parameter that it has not. */
export const UNUSED = -0.18;

/** Axes of parameters, then of what was searched for. */
export function lanesOf(seen: Seen, parameters: readonly Named[]): readonly Lane[] {
  const own = parameters.map((each, at) => parameterLane(each, at));
  return [
    ...own,
    ...seen.objectives.map((_, at) => valueLane(seen, { at, lane: own.length + at })),
  ];
}

function parameterLane(named: Named, at: number): Lane {
  const { scale, at: placed } = axisOf(named, { ticks: 5, letters: 12 });
  const [low, high] = scale.domain;
  const along = scale.type === "log" ? Math.log : (value: number) => value;
  const place = (value: number) => (along(value) - along(low)) / (along(high) - along(low));
  const isOptional = named.parameter.when !== undefined;
  return {
    title: named.name,
    at,
    isOptional,
    ticks: [
      ...scale.ticks.map((tick) => ({ place: place(tick), name: scale.tickFormat(tick) })),
      ...(isOptional ? [{ place: UNUSED, name: "not used" }] : []),
    ],
    placeOf: ({ params }) => (named.name in params ? place(placed(params[named.name]!)) : UNUSED),
  };
}

function valueLane(
  { complete, objectives }: Seen,
  { at, lane }: { readonly at: number; readonly lane: number },
): Lane {
  const { name, direction } = objectives[at]!;
  const {
    domain: [low, high],
  } = reachOf(
    complete.map(({ values }) => values[at]!),
    direction,
  );
  const place = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low)));
  return {
    title: name,
    at: lane,
    isOptional: false,
    ticks: even({ min: low, max: high }, 5).map((tick) => ({
      place: place(tick),
      name: precise(tick),
    })),
    placeOf: ({ values }) => place(values[at]!),
  };
}
