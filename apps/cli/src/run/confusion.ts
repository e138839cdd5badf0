import type { ClassesScored } from "./predictions.js";

/** Rows are true classes, columns predicted ones. */
export function confusionOf(
  { predictions }: Pick<ClassesScored, "predictions">,
  classes: readonly string[],
): number[][] {
  const places = new Map(classes.map((name, place) => [name, place]));
  const matrix = classes.map(() => classes.map(() => 0));
  for (const { truth, top } of predictions) {
    matrix[places.get(truth)!]![places.get(top[0]!.label)!]! += 1;
  }
  return matrix;
}
