import type { Batch, Engine, FloatWeights, HostTensor, Program } from "@graft-ml/core";
import { featuresOf, type Matrix, matrixOf } from "@graft-ml/core/linalg";
import * as tf from "@tensorflow/tfjs-core";
import { hostAlgebra, type LinearAlgebra } from "./linear-algebra.js";
import { rootSteps, rootsInput, rootsProgram } from "./newton-roots.js";

/**
 * On an engine, in float32: faster than `hostAlgebra` from some thousand rows or some hundred features on, and
 * nearly the same for features about as large as 1. Roots of a matrix whose largest eigenvalue may be more
 * than 10,000 times its least come from `hostAlgebra`, since float32 would tell too little of them.
 */
export const engineAlgebra = (engine: Engine): LinearAlgebra => ({
  covariance: async (rows) => {
    const { product } = await ran(engine, covarianceProgram, { batch: { rows: shared(rows) } });
    return product!;
  },
  multiply: async (rows, by) => {
    const given = { batch: { rows: shared(rows) }, weights: { by: featuresOf(by) } };
    const { product } = await ran(engine, productProgram, given);
    return product!;
  },
  roots: async (matrix, bound) => {
    const steps = rootSteps(matrix, bound);
    if (!steps) return hostAlgebra.roots(matrix, bound);
    const program = rootsProgram(steps.scales.length);
    const { root, inverse } = await ran(engine, program, rootsInput(matrix, steps));
    const scale = Math.sqrt(steps.most);
    for (let at = 0; at < matrix.data.length; at++) {
      root!.data[at]! *= scale;
      inverse!.data[at]! /= scale;
    }
    return { root: root!, inverse: inverse! };
  },
});

const known = new WeakMap<Matrix, HostTensor<"float32">>();

/** As float32, on memory that an engine's worker reads without a copy where there is such; made once. */
function shared(rows: Matrix): HostTensor<"float32"> {
  const made = known.get(rows);
  if (made) return made;
  const bytes = 4 * rows.data.length;
  const canShare = typeof SharedArrayBuffer === "function";
  const data = new Float32Array(canShare ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  data.set(rows.data);
  const features = { dtype: "float32", shape: [rows.rows, rows.columns], data } as const;
  known.set(rows, features);
  return features;
}

const covarianceProgram: Program = {
  key: "domain-adapt/covariance",
  config: null,
  run: ({ batch }) => {
    const rows = batch.rows as tf.Tensor2D;
    const about = tf.sub(rows, tf.mean(rows, 0, true));
    const sums = tf.matMul(about as tf.Tensor2D, about as tf.Tensor2D, true);
    return { outputs: { product: tf.div(sums, rows.shape[0] - 1) } };
  },
};

const productProgram: Program = {
  key: "domain-adapt/product",
  config: null,
  run: ({ batch, params }) => ({
    outputs: { product: tf.matMul(batch.rows as tf.Tensor2D, params.by as tf.Tensor2D) },
  }),
};

type Given = { readonly batch: Batch; readonly weights?: FloatWeights };

async function ran(
  engine: Engine,
  program: Program,
  { batch, weights = {} }: Given,
): Promise<Record<string, Matrix>> {
  const session = await engine.open({ weights });
  try {
    const { outputs } = await session.run(program, batch);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => [
        name,
        matrixOf(output as HostTensor<"float32">),
      ]),
    );
  } finally {
    await session.close();
  }
}
