import { normalBelow } from "../../normal.js";
import type { Random } from "../../random.js";
import type { Choice, Parameter } from "../../space/parameter.js";
import type { Point } from "../encode.js";

/** A mixture of one kernel a point and one that is even over the space. */
export type Parzen = {
  readonly parameters: readonly Parameter[];
  readonly points: readonly Point[];
  /** One a point, then that of the even kernel; they sum to 1. */
  readonly weights: Float64Array;
  readonly logWeights: Float64Array;
  /** Of each parameter: the deviation of a number's kernels, the part of a choice's that is not at its point. */
  readonly widths: Float64Array;
  /** By point and parameter: what is added to a kernel's logarithm whatever it is asked. */
  readonly constants: Float64Array;
};

/** What a mixture is made of. */
export type ParzenInput = Pick<Parzen, "parameters" | "points" | "widths"> & {
  /** One a point, of any sum. */
  readonly weights: ArrayLike<number>;
  /** Of the even kernel, in the same unit. */
  readonly evenWeight: number;
};

/** The mixture of a Parzen estimator: a product of kernels over the parameters that apply (Falkner et al. 2018). */
export function parzen({ weights, evenWeight, ...input }: ParzenInput): Parzen {
  const all = Float64Array.from([...Array.from(weights), evenWeight]);
  const total = all.reduce((sum, weight) => sum + weight, 0);
  const size = input.parameters.length;
  const constants = new Float64Array(input.points.length * size);
  for (const [at, point] of input.points.entries()) {
    for (let dimension = 0; dimension < size; dimension++) {
      if (input.parameters[dimension]!.kind === "choice") continue;
      constants[at * size + dimension] = -Math.log(
        massInside(point[dimension]!, input.widths[dimension]!),
      );
    }
  }
  const parts = all.map((weight) => weight / total);
  return { ...input, weights: parts, logWeights: parts.map(Math.log), constants };
}

/** The integral over [0, 1] of a kernel without its constant. */
const massInside = (centre: number, width: number): number =>
  width * Math.sqrt(2 * Math.PI) * (1 - tail(centre / width) - tail((1 - centre) / width));

/** The part above x, of which nothing is left beside 1 beyond nine deviations. */
const tail = (x: number): number => (x > 9 ? 0 : normalBelow(-x));

/** The logarithm of a mixture's density at a point, over the parameters that apply there. */
export function logDensity(mixture: Parzen, point: Point): number {
  const logs = kernelLogs(mixture, point);
  let most = Number.NEGATIVE_INFINITY;
  for (const log of logs) if (log > most) most = log;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return most + Math.log(sum);
}

/** The part of each kernel in the density at a point that may lack parameters; they sum to 1. */
export function kernelWeights(mixture: Parzen, point: Point): Float64Array {
  const logs = kernelLogs(mixture, point);
  const most = logs.reduce((a, b) => Math.max(a, b));
  const parts = logs.map((log) => Math.exp(log - most));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

/** The logarithm of each kernel with its weight; what doesn't apply at the kernel's own point is even there. */
function kernelLogs(mixture: Parzen, point: Point): Float64Array {
  const logs = mixture.logWeights.slice();
  for (const [dimension, parameter] of mixture.parameters.entries()) {
    if (Number.isNaN(point[dimension])) continue;
    if (parameter.kind === "choice") addChoice(logs, mixture, { point, dimension });
    else addNumber(logs, mixture, { point, dimension });
  }
  return logs;
}

type Place = { readonly point: Point; readonly dimension: number };

function addNumber(logs: Float64Array, mixture: Parzen, { point, dimension }: Place): void {
  const { points, parameters, widths, constants } = mixture;
  const [value, half] = [point[dimension]!, -0.5 / widths[dimension]! ** 2];
  for (let at = 0; at < points.length; at++) {
    const off = points[at]![dimension]! - value;
    if (Number.isNaN(off)) continue;
    logs[at]! += half * off * off + constants[at * parameters.length + dimension]!;
  }
}

function addChoice(logs: Float64Array, mixture: Parzen, { point, dimension }: Place): void {
  const { points, parameters, widths } = mixture;
  const count = (parameters[dimension] as Choice).values.length;
  const [same, other, even] = choiceLogs(count, widths[dimension]!);
  for (let at = 0; at < points.length; at++) {
    const own = points[at]![dimension]!;
    logs[at]! += own === point[dimension] ? same : Number.isNaN(own) ? even : other;
  }
  logs[points.length]! += even;
}

/** Aitchison and Aitken's kernel (1976): the logarithms at its point, beside it, and of the even one. */
function choiceLogs(count: number, width: number): readonly [number, number, number] {
  return [Math.log(1 - (width * (count - 1)) / count), Math.log(width / count), -Math.log(count)];
}

/** Draws one number of a kernel about a centre; `NaN` stands for the even one. */
export function drawNear(parameter: Parameter, centre: number, { width, source }: Drawing): number {
  if (parameter.kind === "choice") {
    const even = Number.isNaN(centre) || source.uniform() < width;
    return even ? Math.floor(source.uniform() * parameter.values.length) : centre;
  }
  if (Number.isNaN(centre)) return source.uniform();
  // The centre is inside, so that at least a third of draws is.
  for (;;) {
    const value = centre + width * source.normal();
    if (value >= 0 && value <= 1) return value;
  }
}

export type Drawing = { readonly width: number; readonly source: Random };
