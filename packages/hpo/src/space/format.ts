import type { Float, Int, Scalar } from "./parameter.js";
import type { Conditional, Space } from "./space.js";

/** What needs no quotes: not read as a number or a range, and without the signs of the grammar. */
const WORD = /^(?!true$|false$|null$)[A-Za-z_][\w/:+-]*(?:\.[\w/:+-]+)*$/;

/** The declarations from which `parseSpace` makes the same parameters; constraints are not told. */
export const formatSpace = (space: Space): readonly string[] =>
  Object.entries(space.parameters).map(
    ([name, parameter]) => `${name}=${formatParameter(parameter)}`,
  );

function formatParameter(parameter: Conditional): string {
  const conditions = Object.entries(parameter.when ?? {}).map(
    ([name, values]) => `@${name}=${formatList(values)}`,
  );
  const domain =
    parameter.kind === "choice" ? formatList(parameter.values) : formatRange(parameter);
  return domain + conditions.join("");
}

function formatRange({ kind, min, max, log, step }: Float | Int): string {
  const whole = [min, max].every((bound) => /^-?\d+$/.test(String(bound)));
  return [
    `${min}..${max}`,
    ...(log ? ["log"] : []),
    ...(step === undefined ? [] : [`step=${step}`]),
    ...(whole && kind === "float" ? ["float"] : []),
  ].join(":");
}

const formatList = (values: readonly Scalar[]): string => values.map(formatValue).join(",");

const formatValue = (value: Scalar): string =>
  typeof value === "string" && WORD.test(value) ? value : JSON.stringify(value);
