import "@tensorflow/tfjs-backend-cpu";
import { registerGradients, type TensorMap } from "@graft-ml/core";
import {
  checkGradients,
  formulaValues,
  leakedTensors,
  readGolden,
  worstDifference,
} from "@graft-ml/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it, test } from "vitest";
import { hardFeatureNorm, stepwiseFeatureNorm } from "./afn.js";
import { conditionFeatures, entropyWeights } from "./cdan.js";
import { consistencyLoss } from "./consistency.js";
import { domainDiscriminator, domainLoss } from "./dann.js";
import { deepCoral } from "./deep-coral.js";
import { entropyLoss } from "./entropy.js";
import { reversalRamp, reverseGradient } from "./gradient-reversal.js";
import { jointMmdLoss } from "./joint-mmd.js";
import { classConfusion } from "./mcc.js";
import { mmdLoss } from "./mmd.js";
import type { MmdEstimate } from "./mmd-coefficients.js";
import { stopGradient } from "./stop-gradient.js";

type Options = {
  estimate?: MmdEstimate;
  width?: number;
  multipliers?: number[];
  weighted?: boolean;
  temperature?: number;
  strength?: number;
  entropies?: boolean;
  projected?: boolean;
  radius?: number;
  step?: number;
  threshold?: number;
};
type Name = "source" | "target" | "sourceLogits" | "targetLogits";
type Inputs = Record<Name, tf.Tensor2D>;
type Case = {
  name: string;
  sizes: [number, number];
  options: Options;
  value: number;
  gradients: Partial<Record<Name, number[]>>;
};

const golden = readGolden<{
  sizes: { width: number; classes: number };
  sampleWeight: number[];
  ramp: [number, number][];
  cases: Case[];
}>(import.meta.url, "golden/domain-losses.json");
const { width: D, classes: C } = golden.sizes;

const matrix = (name: string, rows: number, columns: number, low = -1, high = 1): tf.Tensor2D =>
  tf.tensor2d(formulaValues(name, rows * columns, low, high), [rows, columns]);

const inputsOf = ([n, m]: [number, number]): Inputs => ({
  source: matrix("source", n, D),
  target: matrix("target", m, D, -0.5, 1.5),
  sourceLogits: matrix("sourceLogits", n, C, -2, 2),
  targetLogits: matrix("targetLogits", m, C, -2, 2),
});

/** A discriminator whose weights are the golden script's. */
function judgeOf(features: number): (x: tf.Tensor2D) => tf.Tensor2D {
  const { specs, apply } = domainDiscriminator({ features, hidden: 4 });
  const params: TensorMap = Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const count = shape.reduce((all, size) => all * size, 1);
      return [name, tf.tensor(formulaValues(name, count), [...shape])];
    }),
  );
  return (x) => apply(params, x);
}

function cdan(inputs: Inputs, { entropies = false, projected = false }: Options): tf.Scalar {
  const projection = {
    features: matrix("projection.features", D, 7),
    classes: matrix("projection.classes", C, 7),
  };
  const judge = judgeOf(projected ? 7 : D * C);
  const side = (features: tf.Tensor2D, logits: tf.Tensor2D) =>
    judge(
      reverseGradient(
        conditionFeatures({ features, logits, ...(projected ? { projection } : {}) }),
        0.5,
      ),
    );
  return domainLoss({
    source: side(inputs.source, inputs.sourceLogits),
    target: side(inputs.target, inputs.targetLogits),
    ...(entropies
      ? {
          sourceWeight: entropyWeights(inputs.sourceLogits),
          targetWeight: entropyWeights(inputs.targetLogits),
        }
      : {}),
  });
}

const losses: Readonly<Record<string, (inputs: Inputs, options: Options) => tf.Scalar>> = {
  coral: deepCoral,
  mmd: ({ source, target }, options) => mmdLoss({ source, target, ...options }),
  joint: (inputs, options) =>
    jointMmdLoss({
      layers: [
        { source: inputs.source, target: inputs.target },
        {
          source: tf.softmax(inputs.sourceLogits),
          target: tf.softmax(inputs.targetLogits),
          width: 1.68,
          multipliers: [1],
        },
      ],
      ...options,
    }),
  entropy: ({ targetLogits }, { weighted }) =>
    entropyLoss({
      logits: targetLogits,
      ...(weighted ? { sampleWeight: tf.tensor1d(golden.sampleWeight) } : {}),
    }),
  mcc: ({ targetLogits }, options) => classConfusion({ logits: targetLogits, ...options }),
  domain: ({ source, target }) => {
    const judge = judgeOf(D);
    return domainLoss({ source: judge(source), target: judge(target) });
  },
  dann: ({ source, target }, { strength = 1 }) => {
    const judge = judgeOf(D);
    const side = (x: tf.Tensor2D) => judge(reverseGradient(x, strength));
    return domainLoss({ source: side(source), target: side(target) });
  },
  cdan,
  hafn: ({ source, target }, options) => hardFeatureNorm({ source, target, ...options }),
  safn: ({ source, target }, options) =>
    stepwiseFeatureNorm({ features: tf.concat([source, target]), ...options }),
  consistency: ({ targetLogits }, options) =>
    consistencyLoss({
      logits: targetLogits,
      teacherLogits: matrix("teacher", 4, C, -3, 3),
      ...options,
    }),
};

registerGradients();

const names: readonly Name[] = ["source", "target", "sourceLogits", "targetLogits"];
const named = golden.cases.map((each): [string, Case] => [
  `${each.name} ${JSON.stringify(each.options)}`,
  each,
]);

describe("values and gradients are those of the papers' equations in torch", () => {
  it.each(named)("%s", async (_, { name, sizes, options, value, gradients }) => {
    const leaked = await leakedTensors(() =>
      tf.tidy(() => {
        const inputs = inputsOf(sizes);
        const run = tf.valueAndGrads((...xs: tf.Tensor[]) => {
          const given = Object.fromEntries(names.map((each, at) => [each, xs[at]])) as Inputs;
          // Every input is read, so that those a loss ignores have a gradient of 0.
          const unused = xs.reduce<tf.Tensor>(
            (sum, x) => tf.add(sum, tf.sum(tf.mul(x, 0))),
            tf.scalar(0),
          );
          return tf.add<tf.Scalar>(losses[name]!(given, options), unused);
        });
        const found = run(names.map((each) => inputs[each]));
        expect(Math.abs(found.value.dataSync()[0]! - value)).toBeLessThan(3e-6 * (1 + value));
        names.forEach((each, at) => {
          const wanted = gradients[each] ?? new Array<number>(inputs[each].size).fill(0);
          expect(worstDifference(found.grads[at]!.dataSync(), wanted)).toBeLessThan(2e-6);
        });
      }),
    );
    expect(leaked).toBe(0);
  });
});

describe("gradients by finite differences", () => {
  // What depends on numbers held constant in a step (widths, weights, lengths) can't be told this way.
  const smooth = ["coral", "mmd", "entropy", "domain", "hafn", "consistency"];
  const cases = named.filter(([, { name, options }]) => {
    return smooth.includes(name) && (name !== "mmd" || options.width !== undefined);
  });
  it.each(cases)("%s", (_, { name, sizes, options, gradients }) => {
    tf.tidy(() => {
      const inputs = inputsOf(sizes);
      const keys = Object.keys(gradients) as Name[];
      const { worst } = checkGradients(
        (...xs) => {
          const moved = Object.fromEntries(keys.map((key, at) => [key, xs[at]]));
          return losses[name]!({ ...inputs, ...moved } as Inputs, options);
        },
        keys.map((key) => inputs[key]),
      );
      expect(worst).toBeLessThan(5e-3);
    });
  });

  it("joint MMD of fixed widths", () => {
    tf.tidy(() => {
      const layers = [
        [matrix("a", 4, 3), matrix("b", 4, 3)],
        [matrix("c", 4, 2), matrix("d", 4, 2)],
      ] as const;
      const { worst } = checkGradients((...xs) => {
        const [source, target, other, last] = xs as tf.Tensor2D[];
        return jointMmdLoss({
          layers: [
            { source: source!, target: target!, width: 2 },
            { source: other!, target: last!, width: 1 },
          ],
        });
      }, layers.flat());
      expect(worst).toBeLessThan(5e-3);
    });
  });

  it("the reversal gives the values as they are, and -lambda times the gradient", () => {
    tf.tidy(() => {
      const f = (strength: number) => (x: tf.Tensor) =>
        tf.sum(tf.square(reverseGradient(tf.mul(x, 3), strength)));
      const x = matrix("x", 2, 3);
      const plain = tf
        .grad((y: tf.Tensor) => tf.sum(tf.square(tf.mul(y, 3))))(x)
        .dataSync();
      const turned = tf.grad(f(0.25))(x).dataSync();
      expect(
        worstDifference(
          turned,
          plain.map((value) => -0.25 * value),
        ),
      ).toBeLessThan(1e-6);
      const { value } = tf.valueAndGrad(f(0.25))(x);
      expect(value.dataSync()[0]).toBeCloseTo(tf.sum(tf.square(tf.mul(x, 3))).dataSync()[0]!, 5);
    });
  });
});

test("the reversal takes its strength from a tensor, and a stopped gradient is 0", () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, -2]);
    const slope = (strength: number) =>
      tf
        .grad((y: tf.Tensor) => tf.sum(reverseGradient(y, tf.scalar(strength))))(x)
        .dataSync();
    expect([...slope(1)]).toEqual([-1, -1]);
    expect([...slope(0.5)]).toEqual([-0.5, -0.5]);
    const stopped = tf
      .grad((y: tf.Tensor) => tf.sum(tf.mul(y, stopGradient(y))))(x)
      .dataSync();
    expect([...stopped]).toEqual([1, -2]);
  });
});

test("the reversal's ramp", () => {
  for (const [progress, ramp] of golden.ramp) expect(reversalRamp(progress)).toBeCloseTo(ramp, 12);
  expect(() => reversalRamp(1.2)).toThrow(/progress of a training is 1.2/);
});

test("domains that are the same have no distance, and batches of one repeated row stay finite", () => {
  tf.tidy(() => {
    const same = matrix("same", 4, 3);
    expect(deepCoral({ source: same, target: same }).dataSync()[0]).toBe(0);
    expect(Math.abs(mmdLoss({ source: same, target: same }).dataSync()[0]!)).toBeLessThan(1e-6);
    const row = tf.ones<tf.Rank.R2>([4, 3]);
    const run = tf.valueAndGrad((x: tf.Tensor) =>
      mmdLoss({ source: x as tf.Tensor2D, target: row }),
    );
    const { value, grad } = run(row);
    expect(Math.abs(value.dataSync()[0]!)).toBeLessThan(1e-6);
    expect([...grad.dataSync()].every(Number.isFinite)).toBe(true);
    const zero = tf.zeros<tf.Rank.R2>([4, 3]);
    const norm = tf.grad((x: tf.Tensor) => stepwiseFeatureNorm({ features: x as tf.Tensor2D }));
    expect([...norm(zero).dataSync()].every(Number.isFinite)).toBe(true);
  });
});

test("large features far from 0 lose no distance", () => {
  tf.tidy(() => {
    const [source, target] = [matrix("near", 8, 4), matrix("far", 8, 4, -0.5, 1.5)];
    const value = mmdLoss({ source, target }).dataSync()[0]!;
    const far = {
      source: tf.add<tf.Tensor2D>(source, 1000),
      target: tf.add<tf.Tensor2D>(target, 1000),
    };
    expect(Math.abs(mmdLoss(far).dataSync()[0]! - value)).toBeLessThan(1e-3);
  });
});

describe("shapes and options that no loss can take are told", () => {
  const pair = { source: tf.zeros<tf.Rank.R2>([3, 4]), target: tf.zeros<tf.Rank.R2>([3, 5]) };
  const even = { source: pair.source, target: pair.source };
  const logits = tf.zeros<tf.Rank.R2>([3, 1]);
  const cases: [string, () => unknown, RegExp][] = [
    ["coral", () => deepCoral(pair), /\[3,4\] and \[3,5\]/],
    ["coral's rows", () => deepCoral({ ...even, target: tf.zeros([1, 4]) }), /at least 2 rows/],
    ["mmd", () => mmdLoss(pair), /one width/],
    ["mmd's width", () => mmdLoss({ ...even, width: 0 }), /not 0 and/],
    ["linear mmd", () => mmdLoss({ ...even, estimate: "linear" }), /even number/],
    ["no layers", () => jointMmdLoss({ layers: [] }), /one layer/],
    [
      "uneven layers",
      () => jointMmdLoss({ layers: [even, { ...even, target: tf.zeros([2, 4]) }] }),
      /same samples/,
    ],
    ["entropy", () => entropyLoss({ logits }), /two classes or more, not \[3,1\]/],
    ["mcc", () => classConfusion({ logits: tf.zeros([3, 2]), temperature: -1 }), /is -1/],
    [
      "cdan",
      () => conditionFeatures({ features: pair.source, logits: tf.zeros([2, 2]) }),
      /\[2,2\]/,
    ],
    ["hafn", () => hardFeatureNorm({ ...even, radius: Number.NaN }), /is NaN/],
    ["safn", () => stepwiseFeatureNorm({ features: tf.zeros([3]) as never }), /not \[3\]/],
    [
      "consistency",
      () => consistencyLoss({ logits: pair.source, teacherLogits: pair.source, threshold: 1 }),
      /threshold is 1/,
    ],
  ];
  it.each(cases)("%s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
