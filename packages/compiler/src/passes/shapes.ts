import type { Dim, Graph } from "../graph.js";

export const sameShape = (a: readonly Dim[] | undefined, b: readonly Dim[] | undefined): boolean =>
  a !== undefined && a.join() === b?.join();

/** Every shape that is known. */
export function knownShapes(graph: Graph): Map<string, readonly Dim[]> {
  const values = [...graph.inputs, ...graph.constants].map(
    ({ name, shape }) => [name, shape] as const,
  );
  const between = Object.entries(graph.values).map(([name, { shape }]) => [name, shape] as const);
  return new Map([...between, ...values]);
}
