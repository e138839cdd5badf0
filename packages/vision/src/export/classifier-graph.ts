import {
  createPass,
  type FloatWeights,
  GraftError,
  type Model,
  type Random,
  runStages,
} from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Preprocess } from "../picture/preprocess.js";
import { type PictureInput, pictureInputs } from "./picture-input.js";

type Tensors = Readonly<Record<string, tf.Tensor>>;
type Spec = {
  readonly shape: readonly number[];
  readonly type: "float32" | "uint8";
  /** Present: a constant. */
  readonly data?: Float32Array;
};

/** A trained network as a compiler takes it: a pure function, its inputs, and its sizes that may vary. */
export type ClassifierGraph = {
  /** The picture's name in the graph. */
  readonly input: string;
  /** The input and the weights, by name -> `logits` (B, classes). */
  run(inputs: Tensors): { readonly logits: tf.Tensor };
  /** The input at given sizes, and every weight as a constant. */
  specs(sizes: Readonly<Record<string, number>>): Readonly<Record<string, Spec>>;
  /** Two values of each size that may vary, to trace at. */
  readonly sizes: Readonly<Record<string, readonly [number, number]>>;
};

/** The network with its weights, from pictures in one of the forms of `PictureInput` to logits. */
export function classifierGraph(options: {
  model: Model;
  weights: FloatWeights;
  preprocess: Preprocess;
  input: PictureInput;
}): ClassifierGraph {
  const { model, weights, preprocess } = options;
  const form = pictureInputs[options.input];
  const [height, width] = preprocess.size;
  const constants = Object.entries(weights).map(([key, { shape, data }]): [string, Spec] => [
    key,
    { type: "float32", shape, data },
  ]);
  return {
    input: form.name,
    run: (tensors) => {
      const pass = createPass({ training: false, random: noDraws, buffers: {} });
      const x = form.enter(tensors[form.name]!, preprocess);
      return { logits: runStages(model, tensors, x, pass) };
    },
    specs: ({ batch = 1, ...size }) => ({
      [form.name]: { type: form.type, shape: form.shape({ batch, height, width, ...size }) },
      ...Object.fromEntries(constants),
    }),
    sizes: { batch: [5, 7], ...(form.anySize ? { height: [37, 41], width: [53, 59] } : {}) },
  };
}

const refused = (site: string): never => {
  throw new GraftError(
    "program-invalid",
    `The exported network draws random numbers at "${site}".`,
  );
};

/** Nothing is drawn outside training. */
const noDraws: Random = { bernoulli: refused, uniform: refused };
