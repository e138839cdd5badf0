import {
  type FinishedTrial,
  float,
  type Params,
  random,
  type Space,
  space,
  tpe,
} from "@graft-ml/hpo";
import { type SearchFunction, searchFunctions } from "./search-functions.js";

/** After how many trials the front is looked at. */
export const FRONT_BUDGETS = [50, 100, 200] as const;

/** Two values to be small, and what both are measured from. */
type Problem = {
  readonly space: Space;
  readonly worst: readonly [number, number];
  values(params: Params): readonly [number, number];
};

const cube = space(
  Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`x${at}`, float({ min: 0, max: 1 })])),
);

/** ZDT1 and ZDT2 (Zitzler, Deb and Thiele 2000) with 6 parameters, and the made-up training beside its time. */
const PROBLEMS: Readonly<Record<string, (mixed: SearchFunction) => Problem>> = {
  zdt1: () => zdt((part) => 1 - Math.sqrt(part)),
  zdt2: () => zdt((part) => 1 - part ** 2),
  training: (mixed) => ({
    space: mixed.space,
    worst: [2, 12],
    values: (params) => [mixed.value(params), timeOf(params)],
  }),
};

export const PROBLEM_NAMES = Object.keys(PROBLEMS);

function zdt(shape: (part: number) => number): Problem {
  return {
    space: cube,
    worst: [1, 10],
    values(params) {
      const [first, ...others] = Object.values(params).map(Number) as [number, ...number[]];
      const g = 1 + (9 * others.reduce((sum, x) => sum + x, 0)) / others.length;
      return [first, g * shape(first / g)];
    },
  };
}

const timeOf = ({ layers, batch, optimizer }: Params): number =>
  Number(layers) *
  (1 + 16 / Number(batch)) *
  (optimizer === "sgd" ? 1 : optimizer === "adamw" ? 1.3 : 1.5);

/** The values of 200 trials of ours, one after the other, and what they are measured from. */
export async function ourValues(
  sampler: "tpe" | "random",
  { name, seed, table }: { readonly name: string; readonly seed: number; readonly table: string },
): Promise<number[][]> {
  const { space, values } = await problemOf(name, table);
  const own = sampler === "tpe" ? tpe() : random();
  const history: FinishedTrial[] = [];
  for (let number = 0; number < FRONT_BUDGETS.at(-1)!; number++) {
    const params = own.suggest({
      space,
      directions: ["minimize", "minimize"],
      number,
      seed,
      history,
      pending: [],
    })!;
    history.push({ number, params, state: "complete", values: values(params), reports: [] });
  }
  return history.map((trial) => [...trial.values]);
}

export const problemOf = async (name: string, table: string): Promise<Problem> =>
  PROBLEMS[name]!((await searchFunctions(table))("mixed", 0));

/** The area between points and the worst one that some point dominates, as a part of the whole down to 0. */
export function areaOf(
  points: readonly (readonly number[])[],
  [right, top]: readonly [number, number],
): number {
  const sorted = points.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  let [area, low] = [0, top];
  for (const [x, y] of sorted) {
    if (x! >= right || y! >= low) continue;
    area += (right - x!) * (low - y!);
    low = y!;
  }
  return area / (right * top);
}
