import type { Float, Int, Parameter, Scalar } from "./parameter.js";

/** How many values a parameter has; a number without steps has `Infinity`. */
export function levelsOf(parameter: Parameter): number {
  if (parameter.kind === "choice") return parameter.values.length;
  const step = stepOf(parameter);
  // A step that divides the range but for rounding still reaches the upper bound.
  if (step !== undefined) return Math.floor((parameter.max - parameter.min) / step + 1e-9) + 1;
  return parameter.min === parameter.max ? 1 : Number.POSITIVE_INFINITY;
}

/** The value at a place in [0, 1]: every value that is even has an equal part of it. */
export function valueAt(parameter: Parameter, unit: number): Scalar {
  if (parameter.kind === "choice") {
    return parameter.values[cellAt(unit, parameter.values.length)]!;
  }
  const { min, max, log } = parameter;
  const levels = levelsOf(parameter);
  if (log) {
    const [low, high] = logBounds(parameter);
    const value = Math.exp(low + unit * (high - low));
    return clip(parameter.kind === "int" ? Math.round(value) : value, min, max);
  }
  if (Number.isFinite(levels)) return valueOfLevel(parameter, cellAt(unit, levels));
  return clip(min + unit * (max - min), min, max);
}

/** The value of number `level` of those a parameter has, from the least. */
export function valueOfLevel(parameter: Parameter, level: number): Scalar {
  if (parameter.kind === "choice") return parameter.values[level]!;
  const value = parameter.min + level * (stepOf(parameter) ?? 0);
  // 0.1 + 2 * 0.1 is meant to be 0.3.
  return clip(Number(value.toPrecision(14)), parameter.min, parameter.max);
}

/** Where a value is in [0, 1]: the middle of its part. */
export function unitOf(parameter: Parameter, value: Scalar): number {
  const [low, high] = cellOf(parameter, value);
  return (low + high) / 2;
}

/** The part of [0, 1] of a value, as its two ends: the same place twice where a number has no steps. */
export function cellOf(parameter: Parameter, value: Scalar): readonly [number, number] {
  const levels = levelsOf(parameter);
  if (levels === 1) return [0, 1];
  if (parameter.kind === "choice") return part(parameter.values.indexOf(value), levels);
  const number = Number(value);
  if (parameter.log) return logCell(parameter, number);
  const offset = number - parameter.min;
  if (Number.isFinite(levels)) return part(Math.round(offset / stepOf(parameter)!), levels);
  const place = offset / (parameter.max - parameter.min);
  return [place, place];
}

/** Whether a value is one of a parameter's. */
export function holds(parameter: Parameter, value: Scalar): boolean {
  if (parameter.kind === "choice") return parameter.values.includes(value);
  if (typeof value !== "number" || !(value >= parameter.min && value <= parameter.max))
    return false;
  if (parameter.kind === "int" && !Number.isInteger(value)) return false;
  const step = stepOf(parameter);
  if (step === undefined) return true;
  const level = (value - parameter.min) / step;
  return Math.abs(level - Math.round(level)) < 1e-6;
}

const stepOf = ({ kind, step }: Float | Int): number | undefined =>
  step ?? (kind === "int" ? 1 : undefined);

const cellAt = (unit: number, levels: number): number =>
  Math.min(levels - 1, Math.max(0, Math.floor(unit * levels)));

const part = (level: number, levels: number): readonly [number, number] => [
  level / levels,
  (level + 1) / levels,
];

function logBounds({ kind, min, max }: Float | Int): readonly [number, number] {
  const half = kind === "int" ? 0.5 : 0;
  return [Math.log(min - half), Math.log(max + half)];
}

function logCell(parameter: Float | Int, value: number): readonly [number, number] {
  const [low, high] = logBounds(parameter);
  const half = parameter.kind === "int" ? 0.5 : 0;
  // Bounds that are next to each other may have the same logarithm.
  const place = (at: number) => clip((Math.log(at) - low) / (high - low || 1), 0, 1);
  return [place(value - half), place(value + half)];
}

const clip = (value: number, min: number, max: number): number =>
  Math.min(max, Math.max(min, value));
