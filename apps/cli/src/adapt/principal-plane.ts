import { randomWords } from "@graft-ml/core";
import { type Matrix, mapMatrix, rowOf, stackRows } from "@graft-ml/core/linalg";
import { takeRows } from "@graft-ml/domain-adapt";
import type { Both } from "./frozen-features.js";

/** A sample of a domain in the plane. */
export type PlanePoint = { /** Its place in the domain. */ readonly row: number } & Point;
type Point = { readonly x: number; readonly y: number };

/** Two domains in the plane in which they spread the most, both together. */
export type Plane = {
  readonly source: readonly PlanePoint[];
  readonly target: readonly PlanePoint[];
  /** The share of all variance along x and along y. */
  readonly shares: readonly [number, number];
};

/** Samples of a domain that are looked at: more dots than this are a blot. */
const MOST = 400;

/**
 * The first two principal components of both domains' features together, of so many samples of each that lie
 * evenly among all. The largest loading of each component is positive.
 */
export function principalPlane({ source, target }: Both): Plane {
  const [own, other] = [evenly(source), evenly(target)];
  const rows = centred(stackRows(takeRows(source, own), takeRows(target, other)));
  const x = component(rows);
  const y = component(rows, x);
  const along = (axis: Float64Array) =>
    Array.from({ length: rows.rows }, (_, row) => dot(rowOf(rows, row), axis));
  const [xs, ys] = [along(x), along(y)];
  const total = rows.data.reduce((sum, value) => sum + value * value, 0);
  const share = (values: readonly number[]) =>
    total > 0 ? values.reduce((sum, value) => sum + value * value, 0) / total : 0;
  const points = (places: readonly number[], first: number) =>
    places.map((row, at) => ({ row, x: xs[first + at]!, y: ys[first + at]! }));
  return {
    source: points(own, 0),
    target: points(other, own.length),
    shares: [share(xs), share(ys)],
  };
}

function evenly({ rows }: Matrix): readonly number[] {
  const count = Math.min(MOST, rows);
  return Array.from({ length: count }, (_, at) => Math.floor((at * rows) / count));
}

function centred(rows: Matrix): Matrix {
  const means = new Float64Array(rows.columns);
  for (let row = 0; row < rows.rows; row++) {
    const own = rowOf(rows, row);
    for (let at = 0; at < own.length; at++) means[at]! += own[at]!;
  }
  return mapMatrix(rows, (value, _, column) => value - means[column]! / rows.rows);
}

/** Turns at most: past them two axes are as good as each other. */
const TURNS = 500;

/** The axis (D) of the most variance, at a right angle to another: by the power method (Golub and Van Loan, Matrix Computations, 8.2). */
function component(rows: Matrix, besides?: Float64Array): Float64Array {
  const words = randomWords({ seed: 0, site: "plane" }, rows.columns);
  let axis = unit(
    apart(
      Float64Array.from(words, (word) => word / 2 ** 32 - 0.5),
      besides,
    ),
  );
  for (let turn = 0; turn < TURNS; turn++) {
    const next = unit(apart(turned(rows, axis), besides));
    const moved = next.reduce((sum, value, at) => sum + (value - axis[at]!) ** 2, 0);
    axis = next;
    if (moved < 1e-20) break;
  }
  const top = axis.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return top < 0 ? axis.map((value) => -value) : axis;
}

/** X'X v. */
function turned(rows: Matrix, axis: Float64Array): Float64Array {
  const next = new Float64Array(rows.columns);
  for (let row = 0; row < rows.rows; row++) {
    const own = rowOf(rows, row);
    const along = dot(own, axis);
    for (let at = 0; at < own.length; at++) next[at]! += along * own[at]!;
  }
  return next;
}

function apart(axis: Float64Array, besides: Float64Array | undefined): Float64Array {
  if (!besides) return axis;
  const along = dot(axis, besides);
  return axis.map((value, at) => value - along * besides[at]!);
}

function unit(axis: Float64Array): Float64Array {
  const length = Math.sqrt(dot(axis, axis));
  return length > 0 ? axis.map((value) => value / length) : axis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
