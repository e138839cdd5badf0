import { emit } from "@graft-ml/compiler";
import { formulationGraph, formulationsOf, type Wanted } from "@graft-ml/compiler/formulations";
import type { NamedCase } from "../convolution-cases.js";
import type { Row } from "./report.js";
import { type Candidate, type Runtime, timeModels } from "./time-models.js";

export const ROUNDS = 5;

/** Every formulation of one shape, a row each. */
export async function timeFormulations(
  of: Wanted,
  { name, conv }: NamedCase,
  target: Runtime,
): Promise<Row[]> {
  const { chosen, possible } = formulationsOf(of, conv, target);
  const candidates = possible.map((formulation): Candidate => {
    const graph = formulationGraph(of, formulation, conv, target);
    const inputs = graph.inputs.map((input) => ({
      name: input.name,
      shape: input.shape as readonly number[],
    }));
    return { name: formulation.name, inputs, ...emit(graph, { target }) };
  });
  const timings = await timeModels(candidates, ROUNDS, target);
  const fastest = Math.min(...timings.map(({ median }) => median));
  return timings.map((timing) => ({
    shape: name,
    of,
    formulation: timing.name,
    chosen: timing.name === chosen.name ? "chosen" : "",
    "median, ms": timing.median.toFixed(2),
    "best, ms": timing.best.toFixed(2),
    "to the fastest": (timing.median / fastest).toFixed(2),
  }));
}
