import { readFileSync } from "node:fs";
import type { Matrix } from "@graft-ml/domain-adapt";
import { expect, test } from "vitest";
import { principalPlane } from "./principal-plane.js";

const golden = JSON.parse(
  readFileSync(new URL("golden/principal-plane.json", import.meta.url), "utf8"),
) as {
  columns: number;
  source: number[];
  target: number[];
  points: [number, number][];
  shares: [number, number];
};
const matrix = (data: readonly number[], columns: number): Matrix => ({
  rows: data.length / columns,
  columns,
  data: Float64Array.from(data),
});

test("points and shares are scikit-learn's, of both domains together", () => {
  const { columns } = golden;
  const source = matrix(golden.source, columns);
  const plane = principalPlane({ source, target: matrix(golden.target, columns) });
  const points = [...plane.source, ...plane.target];
  expect(points).toHaveLength(golden.points.length);
  golden.points.forEach(([x, y], at) => {
    expect(points[at]!.x).toBeCloseTo(x, 6);
    expect(points[at]!.y).toBeCloseTo(y, 6);
  });
  plane.shares.forEach((share, at) => {
    expect(share).toBeCloseTo(golden.shares[at]!, 9);
  });
  expect(plane.target.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("of many samples some are looked at, evenly; what doesn't vary has no share", () => {
  const many = matrix(new Array(2000).fill(1), 2);
  const { source, target, shares } = principalPlane({ source: many, target: many });
  expect([source.length, target.length]).toEqual([400, 400]);
  expect([source[1]!.row, source.at(-1)!.row]).toEqual([2, 997]);
  expect(shares).toEqual([0, 0]);
  expect(source[0]).toEqual({ row: 0, x: 0, y: 0 });
});
