import { type Fold, fitLogisticHead } from "@graft-ml/core";
import { featuresOf, type Matrix, rowOf, stackRows, takeRows } from "@graft-ml/core/linalg";
import type { Domains } from "../align/alignment.js";
import { zScores } from "../linalg/scaling.js";
import { requireRows } from "./check-domains.js";
import { type DrawOptions, drawDomains } from "./draw-rows.js";

/** Rows of both domains, with as many of each. */
type DomainRows = {
  /** z-scores of all rows together, which say nothing of whose they are. */
  readonly features: Matrix;
  /** 0 for the source, 1 for the target. */
  readonly labels: readonly number[];
};

/** What a classifier says of held-out rows of each domain. */
export type HeldOut = {
  readonly sourceRows: number;
  readonly targetRows: number;
  /** Rows of each that were taken for the target. */
  readonly sourceAsTarget: number;
  readonly targetAsTarget: number;
};

export type DomainClassifierOptions = Domains &
  DrawOptions & {
    /** What samples weigh beside half the squares of the weights, as `fitLogisticHead`. Default 1. */
    readonly strength?: number;
  };

/** As many rows of each domain as there are of the smaller. Throws as `requireRows`. */
export function domainRows(options: DomainClassifierOptions, fewest: number): DomainRows {
  requireRows(options, fewest);
  const { source, target } = drawDomains(options, { ...options, balanced: true });
  return {
    features: zScores(stackRows(source, target)),
    labels: Array.from({ length: 2 * source.rows }, (_, row) => (row < source.rows ? 0 : 1)),
  };
}

/** Fits a linear classifier of the domains on some rows and asks it of others. */
export function tellDomains(rows: DomainRows, { train, validation }: Fold, strength = 1): HeldOut {
  const { weight, bias } = fitLogisticHead({
    features: featuresOf(takeRows(rows.features, train)),
    labels: train.map((row) => rows.labels[row]!),
    numClasses: 2,
    strength,
  });
  const size = rows.features.columns;
  const direction = Float64Array.from({ length: size }, (_, at) => {
    return weight.data[size + at]! - weight.data[at]!;
  });
  const offset = bias.data[1]! - bias.data[0]!;
  const taken = validation.filter((row) => {
    const values = rowOf(rows.features, row);
    return values.reduce((sum, value, at) => sum + value * direction[at]!, offset) > 0;
  });
  const ofTarget = (chosen: readonly number[]) => chosen.filter((row) => rows.labels[row] === 1);
  const [targetRows, targetAsTarget] = [ofTarget(validation).length, ofTarget(taken).length];
  return {
    sourceRows: validation.length - targetRows,
    targetRows,
    sourceAsTarget: taken.length - targetAsTarget,
    targetAsTarget,
  };
}

/** How many held-out rows were given to the other domain. */
export const wrongOf = ({ targetRows, sourceAsTarget, targetAsTarget }: HeldOut): number =>
  sourceAsTarget + targetRows - targetAsTarget;
