import { fitLogisticHead, permutation } from "@graft-ml/core";
import {
  type Alignment,
  boostedClasses,
  classesOf,
  coral,
  type Domains,
  discriminatorWeights,
  featuresOf,
  kernelMeanMatching,
  kernelWidth,
  kliep,
  linearTransport,
  type Matrix,
  nearestClasses,
  sinkhornTransport,
  subspaceAlignment,
  takeRows,
  tca,
  trAdaBoost,
  unitRows,
} from "@graft-ml/domain-adapt";
import { svmClasses } from "./linear-svm.js";

export type Pair = Domains & {
  readonly labels: Int32Array;
  readonly targetLabels: Int32Array;
};

/** What a method made, to be compared number by number, and the class that it tells of each row of the target. */
export type Outcome = { readonly made: readonly ArrayLike<number>[]; readonly classes: Int32Array };

export type Method = {
  /** What the reference is asked for. */
  readonly ask: (pair: Pair) => Readonly<Record<string, unknown>>;
  readonly run: (pair: Pair) => Promise<Outcome>;
  /** Columns have no sign of their own. */
  readonly isSigned?: false;
};

/** Rows of the target whose labels TrAdaBoost may see. */
const few = ({ target }: Pair) => [...permutation(1, 0, target.rows).subarray(0, 30)];
const width = ({ source, target }: Pair) => (kernelWidth(source) + kernelWidth(target)) / 2;
const classes = 10;

export const methods: Readonly<Record<string, Method>> = {
  "1-NN": {
    ask: () => ({ method: "nearest" }),
    run: (pair) => nearestAfter(pair, async (domains) => domains),
  },
  "CORAL, 1-NN": {
    ask: () => ({ method: "coral" }),
    run: (pair) => nearestAfter(pair, (domains) => coral(domains)),
  },
  "CORAL, linear SVM (C 0.01)": {
    ask: () => ({ method: "coral-svm", cost: 0.01 }),
    run: async (pair) => {
      const aligned = await coral(pair);
      return { made: [], classes: svmClasses({ ...aligned, labels: pair.labels }, 0.01) };
    },
  },
  "subspace alignment (20), 1-NN": {
    ask: () => ({ method: "subspace", dimensions: 20 }),
    run: (pair) => nearestAfter(pair, (domains) => subspaceAlignment(domains, { dimensions: 20 })),
    isSigned: false,
  },
  "TCA (linear, 20), 1-NN": {
    ask: () => ({ method: "tca", dimensions: 20 }),
    run: async ({ source, target, labels }) => {
      const units = { source: unitRows(source), target: unitRows(target) };
      const aligned = await tca(units, { dimensions: 20 });
      const { classes } = nearest({
        source: unitRows(aligned.source),
        target: unitRows(aligned.target),
        labels,
      });
      return { made: [aligned.source.data, aligned.target.data], classes };
    },
    isSigned: false,
  },
  "linear transport, 1-NN": {
    ask: () => ({ method: "linear-transport", ridge: 1 }),
    run: (pair) => nearestAfter(pair, (domains) => linearTransport(domains, { ridge: 1 })),
  },
  "Sinkhorn, 1-NN": {
    ask: () => ({ method: "sinkhorn", groups: false }),
    run: (pair) => nearestAfter(pair, (domains) => sinkhornTransport(domains)),
  },
  "Sinkhorn by classes, 1-NN": {
    ask: () => ({ method: "sinkhorn", groups: true }),
    run: (pair) =>
      nearestAfter(pair, (domains) => sinkhornTransport(domains, { labels: pair.labels })),
  },
  "logistic regression": {
    ask: () => ({ method: "logistic" }),
    run: async (pair) => ({ made: [], classes: logistic(pair) }),
  },
  "kernel mean matching, logistic": weighted(
    (pair) => ({ method: "kernel-mean-matching", width: width(pair) }),
    (pair) => kernelMeanMatching(pair, { width: width(pair) }),
  ),
  "KLIEP, logistic": weighted(
    (pair) => ({
      method: "kliep",
      width: width(pair),
      centres: [...permutation(0, 0, pair.target.rows).subarray(0, 100)],
    }),
    (pair) => kliep(pair, { width: width(pair), steps: 100_000 }),
  ),
  "discriminator, logistic": weighted(
    () => ({ method: "discriminator" }),
    (pair) => discriminatorWeights(pair, { most: Number.POSITIVE_INFINITY }),
  ),
  "TrAdaBoost (30 labelled)": {
    ask: (pair) => ({
      method: "tradaboost",
      few: few(pair),
      fewLabels: few(pair).map((row) => pair.targetLabels[row]!),
    }),
    run: async (pair) => {
      const { source, target, labels: sourceLabels, targetLabels } = pair;
      const boosted = trAdaBoost({
        source,
        target: takeRows(target, few(pair)),
        sourceLabels,
        targetLabels: few(pair).map((row) => targetLabels[row]!),
        numClasses: classes,
      });
      return { made: [], classes: boostedClasses(boosted, target) };
    },
  },
};

type Labelled = { readonly source: Matrix; readonly target: Matrix; readonly labels: Int32Array };

const nearest = (rows: Labelled): Outcome => ({
  made: [rows.source.data, rows.target.data],
  classes: nearestClasses(rows),
});

async function nearestAfter(
  pair: Pair,
  align: (domains: Domains) => Promise<Alignment>,
): Promise<Outcome> {
  return nearest({ ...(await align(pair)), labels: pair.labels });
}

function weighted(ask: Method["ask"], weigh: (pair: Pair) => Float64Array): Method {
  return {
    ask,
    run: async (pair) => {
      const weights = weigh(pair);
      return { made: [weights], classes: logistic(pair, weights) };
    },
  };
}

function logistic({ source, target, labels }: Labelled, sampleWeight?: Float64Array): Int32Array {
  const features = featuresOf(source);
  const weights = sampleWeight ? { sampleWeight } : {};
  return classesOf(target, fitLogisticHead({ features, labels, numClasses: classes, ...weights }));
}
