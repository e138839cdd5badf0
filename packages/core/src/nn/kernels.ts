import * as tf from "@tensorflow/tfjs-core";
import { type Attributes, attribute, type Rule, type Rules } from "../gradients/rule.js";
import * as reference from "./reference.js";

type Reference = (
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: Attributes,
) => tf.Tensor | tf.Tensor[];

const epsilonOf = (attributes: Attributes): number => attribute<number>(attributes, "epsilon");

/**
 * The fused kernels: names, inputs, attributes and outputs that a compiler may know, and what each
 * computes, in operations that every backend has. Channels are last.
 *
 * | kernel | inputs | attributes | outputs |
 * |---|---|---|---|
 * | ReluGrad, Relu6Grad | y (the output of relu), dy | | dx |
 * | BatchNormTrain | x, scale, offset | epsilon | y, mean, variance (biased) |
 * | BatchNormTrainGrad | x, dy, scale, mean, variance | epsilon | dx, dscale, doffset |
 * | LayerNorm | x, scale, offset | epsilon | y, mean, rstd (over the last axis) |
 * | LayerNormGrad | x, dy, scale, mean, rstd | | dx, dscale, doffset |
 * | Gelu | x | | y |
 * | GeluGrad | x, dy | | dx |
 */
const references: Readonly<Record<string, Reference>> = {
  ReluGrad: ({ y, dy }) => reference.reluGrad(y!, dy!),
  Relu6Grad: ({ y, dy }) => reference.relu6Grad(y!, dy!),
  BatchNormTrain: ({ x, scale, offset }, attributes) =>
    reference.batchNorm(x!, scale!, offset!, epsilonOf(attributes)),
  BatchNormTrainGrad: ({ x, dy, scale, mean, variance }, attributes) =>
    reference.batchNormGrad(x!, dy!, scale!, mean!, variance!, epsilonOf(attributes)),
  LayerNorm: ({ x, scale, offset }, attributes) =>
    reference.layerNorm(x!, scale!, offset!, epsilonOf(attributes)),
  LayerNormGrad: ({ x, dy, scale, mean, rstd }) =>
    reference.layerNormGrad(x!, dy!, scale!, mean!, rstd!),
  Gelu: ({ x }) => reference.gelu(x!),
  GeluGrad: ({ x, dy }) => reference.geluGrad(x!, dy!),
};

/**
 * Gives a backend the fused kernels that it lacks. Called by itself for the backend in use; these names
 * are ours alone, so nothing of tfjs is replaced.
 */
export function registerKernels(backendName: string): void {
  for (const [kernelName, compute] of Object.entries(references)) {
    if (tf.getKernel(kernelName, backendName)) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        tf.tidy(() => compute(inputs as Readonly<Record<string, tf.Tensor>>, attrs ?? {})),
    });
  }
}

function run<T extends tf.Tensor | tf.Tensor[]>(
  kernelName: string,
  inputs: tf.NamedTensorMap,
  attributes: Attributes = {},
): T {
  if (!tf.getKernel(kernelName, tf.getBackend())) registerKernels(tf.getBackend());
  // Our names, our rules: the layers below work before `registerGradients` and beside foreign rules.
  const rule = fusedRules[kernelName];
  if (rule && !tf.getGradient(kernelName)) tf.registerGradient({ kernelName, ...rule });
  return tf.engine().runKernel<T>(kernelName, inputs, attributes);
}

/** `dy` where relu's output `y` is positive, else 0. */
export const reluGrad = (y: tf.Tensor, dy: tf.Tensor): tf.Tensor => run("ReluGrad", { y, dy });

/** `dy` where relu6's output `y` is strictly between 0 and 6, else 0. */
export const relu6Grad = (y: tf.Tensor, dy: tf.Tensor): tf.Tensor => run("Relu6Grad", { y, dy });

/** Normalises by the batch's own statistics: `[y, mean, biased variance]`; the last two carry no gradient. */
export const batchNormTrain = <T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): [y: T, mean: tf.Tensor1D, variance: tf.Tensor1D] =>
  run("BatchNormTrain", { x, scale, offset }, { epsilon });

/** Normalises over the last axis (arXiv 1607.06450): `[y, mean, rstd]`; the last two carry no gradient. */
export const layerNormKernel = <T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): [y: T, mean: tf.Tensor, rstd: tf.Tensor] => run("LayerNorm", { x, scale, offset }, { epsilon });

/** x * Phi(x), exact (arXiv 1606.08415). */
export const gelu = <T extends tf.Tensor>(x: T): T => run("Gelu", { x });

const firstOf = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(dy) ? dy[0]! : dy);

/**
 * One kernel gives all three. It runs before the tape asks for each by itself, because the tape tidies
 * around every single request and would free what the next one needs.
 */
const together = ([x, scale, offset]: tf.Tensor[]): ReturnType<tf.GradFunc> => ({
  x: () => x!,
  scale: () => scale!,
  offset: () => offset!,
});

/** A mask times dy: linear in dy, flat in y. What gradients of gradients need. */
const maskRule = (apply: typeof reluGrad): Rule => ({
  inputsToSave: ["y"],
  gradFunc: (ddx, [y]) => ({
    y: () => tf.zerosLike(y!),
    dy: () => apply(y!, firstOf(ddx)),
  }),
});

/** The gradients of the fused kernels; those of norms and gelu can be taken once, not twice. */
export const fusedRules: Rules = {
  ReluGrad: maskRule(reluGrad),
  Relu6Grad: maskRule(relu6Grad),
  BatchNormTrain: {
    inputsToSave: ["x", "scale"],
    outputsToSave: [false, true, true],
    gradFunc: (dys, [x, scale, mean, variance], attributes) =>
      together(
        run(
          "BatchNormTrainGrad",
          { x: x!, dy: firstOf(dys), scale: scale!, mean: mean!, variance: variance! },
          { epsilon: epsilonOf(attributes) },
        ),
      ),
  },
  LayerNorm: {
    inputsToSave: ["x", "scale"],
    outputsToSave: [false, true, true],
    gradFunc: (dys, [x, scale, mean, rstd]) =>
      together(
        run("LayerNormGrad", {
          x: x!,
          dy: firstOf(dys),
          scale: scale!,
          mean: mean!,
          rstd: rstd!,
        }),
      ),
  },
  Gelu: {
    inputsToSave: ["x"],
    gradFunc: (dy, [x]) => ({ x: () => run("GeluGrad", { x: x!, dy: firstOf(dy) }) }),
  },
};
