import { type Matrix, multiply } from "@graft-ml/core/linalg";
import { describe, expect, it } from "vitest";
import { golden, largestDifference } from "../testing/golden-domains.js";
import type { Alignment } from "./alignment.js";
import { coral } from "./coral.js";
import { linearTransport } from "./linear-transport.js";
import { sinkhornTransport } from "./sinkhorn-transport.js";
import { subspaceAlignment } from "./subspace.js";
import { tca } from "./tca.js";

const { domains, sourceLabels: labels, dimensions } = golden;

/** Both domains, one below the other, with each column's first number above 0: a component has no sign of its own. */
function withoutSigns(source: ArrayLike<number>, target: ArrayLike<number>, columns: number) {
  const all = [...Array.from(source), ...Array.from(target)];
  return all.map((value, at) => (all[at % columns]! < 0 ? -value : value));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const middle = (values: readonly number[]) => values.reduce((x, y) => x + y, 0) / values.length;
  const [own, other] = [a.map((x) => x - middle(a)), b.map((x) => x - middle(b))];
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, at) => sum + value * y[at]!, 0);
  return dot(own, other) / Math.sqrt(dot(own, own) * dot(other, other));
}

function expectAlike({ source, target }: Alignment, [own, other]: readonly number[][]): void {
  const { columns } = source;
  expect([source.rows, target.rows]).toEqual([domains.source.rows, domains.target.rows]);
  const found = withoutSigns(source.data, target.data, columns);
  expect(largestDifference(found, withoutSigns(own!, other!, columns))).toBeLessThan(1e-6);
}

describe("alignments are those of the papers' equations", () => {
  it("CORAL", async () => {
    expectAlike(await coral(domains), golden.coral);
  });
  it("subspace alignment", async () => {
    expectAlike(await subspaceAlignment(domains, { dimensions }), golden.subspace);
  });
  it("TCA", async () => {
    expectAlike(await tca(domains, { dimensions }), golden.tca);
  });
  it("TCA with a Gaussian kernel", async () => {
    const options = { dimensions, kernel: "gaussian", ridge: 0.1, width: 2 } as const;
    expectAlike(await tca(domains, options), golden.gaussianTca);
  });
  it("TCA about landmarks is TCA where every row is one, and near it where half are", async () => {
    const options = { dimensions, kernel: "gaussian", ridge: 0.1, width: 2 } as const;
    const rows = domains.source.rows + domains.target.rows;
    expectAlike(await tca(domains, { ...options, landmarks: rows }), golden.gaussianTca);
    const near = await tca(domains, { ...options, landmarks: Math.ceil(rows / 2), seed: 1 });
    const [own] = golden.gaussianTca as number[][];
    const first = (data: ArrayLike<number>) =>
      Array.from({ length: domains.source.rows }, (_, row) => data[row * dimensions]!);
    expect(Math.abs(correlation(first(near.source.data), first(own!)))).toBeGreaterThan(0.9);
  });
  it("linear transport", async () => {
    expectAlike(await linearTransport(domains, { ridge: 0.1 }), golden.linearTransport);
  });
  it("Sinkhorn's transport", async () => {
    expectAlike(await sinkhornTransport(domains), golden.sinkhorn);
  });
  it("Sinkhorn's transport by classes", async () => {
    expectAlike(await sinkhornTransport(domains, { labels }), golden.groupedSinkhorn);
  });
});

describe("rows that were not seen", () => {
  it.each([subspaceAlignment, tca])("are mapped as the target was by %o", async (align) => {
    const { target, map } = await align(domains, { dimensions });
    expect(map?.bias).toEqual(new Float64Array(dimensions));
    expect(multiply(domains.target, map!.weight)).toEqual(target);
  });
});

describe("what can't be aligned is told", () => {
  const matrix = (rows: number, columns: number): Matrix => ({
    rows,
    columns,
    data: Float64Array.from({ length: rows * columns }, (_, at) => Math.sin(at)),
  });
  const { source } = domains;

  it.each([
    ["features that differ", { source, target: matrix(4, 3) }, /5 features, the target's 3/],
    ["a domain without rows", { source, target: matrix(0, 5) }, /target has 0 rows/],
    [
      "a number that is none",
      { source, target: { rows: 2, columns: 5, data: new Float64Array(10).fill(Number.NaN, 7) } },
      /Row 1 of the target has NaN as feature 2/,
    ],
  ])("%s", async (_, given, told) => {
    for (const align of [coral, subspaceAlignment, tca, linearTransport, sinkhornTransport]) {
      await expect(align(given)).rejects.toThrow(told);
    }
  });

  it("kernels that don't fit, and what to do", async () => {
    const options = { kernel: "gaussian", memoryLimit: 1000 } as const;
    await expect(tca(domains, options)).rejects.toThrow(/fewer rows.*landmarks.*linear TCA/);
    await expect(tca(domains, { kernel: "gaussian", landmarks: 1 })).rejects.toThrow(/1 landmarks/);
    await expect(sinkhornTransport(domains, { memoryLimit: 1000 })).rejects.toThrow(/memoryLimit/);
  });

  it("more dimensions than there are, and an entropy that sends nothing", async () => {
    await expect(subspaceAlignment(domains, { dimensions: 9 })).rejects.toThrow(/9 dimensions/);
    await expect(tca(domains, { dimensions: 0 })).rejects.toThrow(/0 dimensions/);
    await expect(sinkhornTransport(domains, { entropy: 1e-6 })).rejects.toThrow(/larger one/);
  });
});
