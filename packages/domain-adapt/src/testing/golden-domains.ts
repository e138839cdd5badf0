import { readFileSync } from "node:fs";
import type { Matrix } from "@graft-ml/core/linalg";
import type { Domains } from "../align/alignment.js";

type Golden = {
  readonly [method in
    | "coral"
    | "subspace"
    | "tca"
    | "gaussianTca"
    | "linearTransport"
    | "sinkhorn"
    | "groupedSinkhorn"]: number[][];
} & {
  readonly shape: readonly [number, number, number];
  readonly source: number[];
  readonly target: number[];
  readonly sourceLabels: number[];
  readonly targetLabels: number[];
  readonly dimensions: number;
  readonly kernelMeanMatching: { weights: number[]; value: number };
  readonly kliep: { weights: number[]; value: number };
  readonly discriminator: number[];
  readonly tradaboost: number[];
  readonly nearest: number[];
};

const path = new URL("../align/golden/shallow-adaptation.json", import.meta.url);
const read = JSON.parse(readFileSync(path, "utf8")) as Golden;
const [sourceRows, targetRows, columns] = read.shape;

const matrix = (rows: number, data: readonly number[]): Matrix => ({
  rows,
  columns,
  data: Float64Array.from(data),
});

/** Two small domains, and what methods make of them. */
export const golden: Golden & { readonly domains: Domains } = {
  ...read,
  domains: { source: matrix(sourceRows, read.source), target: matrix(targetRows, read.target) },
};

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}
