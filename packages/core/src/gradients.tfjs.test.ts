/** In its own file, and so its own process: importing tfjs registers its gradients for good. */
import * as whole from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { registerGradients } from "./gradients.js";
import { type GradientCase, gradientCases, makeInputs } from "./testing/gradient-cases.js";
import { checkGradients } from "./testing/gradients.js";

const theirs = new Map(
  gradientCases
    .flatMap(({ kernels }) => kernels)
    .map((kernel) => [kernel, tf.getGradient(kernel)] as const),
);

/** Runs `work` with only our rules, then puts tfjs's back. */
function withOurRules<T>(work: () => T): T {
  for (const [kernel, rule] of theirs) if (rule) tf.unregisterGradient(kernel);
  registerGradients();
  try {
    return work();
  } finally {
    for (const [kernel, rule] of theirs) {
      if (!rule) continue;
      tf.unregisterGradient(kernel);
      tf.registerGradient(rule);
    }
  }
}

function gradientsOf({ f }: GradientCase, inputs: tf.Tensor[]): number[][] {
  const loss = (...xs: tf.Tensor[]): tf.Tensor => {
    const y = f(...xs);
    const weights = Float32Array.from({ length: y.size }, (_, index) => Math.cos(1 + 0.7 * index));
    return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
  };
  return tf
    .grads(loss)(inputs)
    .map((gradient) => [...gradient.dataSync()]);
}

test("tfjs shares this copy of tfjs-core", () => {
  expect(whole.engine()).toBe(tf.engine());
  expect(theirs.get("Conv2D")).toBeDefined();
});

const comparable = gradientCases
  .filter(({ unlikeTfjs }) => unlikeTfjs === undefined)
  .map((each): [string, GradientCase] => [each.name, each]);

test.each(comparable)("%s: our rule agrees with tfjs's", (_, each) => {
  tf.tidy(() => {
    const inputs = makeInputs(each);
    const expected = gradientsOf(each, inputs);
    const actual = withOurRules(() => gradientsOf(each, inputs));
    for (const [input, values] of expected.entries()) {
      const scale = Math.max(1, ...values.map(Math.abs));
      const worst = Math.max(...values.map((v, i) => Math.abs(v - actual[input]![i]!) / scale));
      expect(worst).toBeLessThan(2e-6);
    }
  });
});

test("beside tfjs, its rules stay and our layers still take theirs", () => {
  const relu = tf.getGradient("Relu");
  registerGradients();
  expect(tf.getGradient("Relu")).toBe(relu);
  for (const name of ["nn relu", "nn relu6", "Gelu", "BatchNormTrain", "LayerNorm"]) {
    const each = gradientCases.find((candidate) => candidate.name === name)!;
    const inputs = makeInputs(each);
    expect(checkGradients(each.f, inputs).worst).toBeLessThan(3e-3);
    tf.dispose(inputs);
  }
});
