import * as tf from "@tensorflow/tfjs-core";

export type GradientCheck = {
  /** The largest |analytic - numeric| over the largest |numeric| of the same input. */
  readonly worst: number;
  readonly input: number;
  readonly index: number;
  readonly analytic: number;
  readonly numeric: number;
};

/**
 * Compares the tape's gradients of a function of tensors with central differences. The function's
 * output is weighted by fixed uneven numbers, so that errors do not cancel in the sum.
 * float32 limits what can be seen: with the default step 1e-2 expect about 1e-3 for smooth functions.
 */
export function checkGradients(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  { step = 1e-2 }: { step?: number } = {},
): GradientCheck {
  const loss = (...xs: tf.Tensor[]): tf.Scalar =>
    tf.tidy(() => {
      const y = f(...xs);
      const weights = Float32Array.from({ length: y.size }, (_, index) =>
        Math.cos(1 + 0.7 * index),
      );
      return tf.sum<tf.Scalar>(tf.mul(y, tf.tensor(weights, y.shape)));
    });
  const gradients = tf.tidy(() => tf.grads(loss)([...inputs]));
  const analytic = gradients.map((gradient) => Float64Array.from(gradient.dataSync()));
  tf.dispose(gradients);
  const checks = inputs.map((input, position) => {
    const numeric = numericGradient(
      (x) => {
        const xs = inputs.map((each, index) => (index === position ? x : each));
        return tf.tidy(() => loss(...xs).dataSync()[0]!);
      },
      input,
      step,
    );
    return compare(analytic[position]!, numeric, position);
  });
  return checks.reduce((a, b) => (Number.isNaN(a.worst) || a.worst > b.worst ? a : b));
}

function numericGradient(f: (x: tf.Tensor) => number, x: tf.Tensor, step: number): Float64Array {
  const values = x.dataSync<"float32">();
  const at = (index: number, shift: number): number =>
    tf.tidy(() => {
      const moved = Float32Array.from(values);
      moved[index] = moved[index]! + shift;
      return f(tf.tensor(moved, x.shape));
    });
  return Float64Array.from(values, (_, index) => (at(index, step) - at(index, -step)) / (2 * step));
}

function compare(analytic: Float64Array, numeric: Float64Array, input: number): GradientCheck {
  const scale = numeric.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-3);
  const errors = numeric.map((value, index) => Math.abs(analytic[index]! - value) / scale);
  const index = errors.reduce(
    (worst, error, at) => (Number.isNaN(error) || error > errors[worst]! ? at : worst),
    0,
  );
  const [a, n] = [analytic[index]!, numeric[index]!];
  return { worst: errors[index]!, input, index, analytic: a, numeric: n };
}
