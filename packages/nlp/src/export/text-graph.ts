import {
  createPass,
  type FloatWeights,
  GraftError,
  type HostTensor,
  type Model,
  type Random,
  runStages,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tokenizer } from "../tokenize/encoding.js";
import { type TokenRow, tokenBatch } from "../tokenize/token-batch.js";

type Tensors = Readonly<Record<string, tf.Tensor>>;
type Spec = {
  readonly shape: readonly number[];
  readonly type: "float32" | "int32";
  /** Present: a constant. */
  readonly data?: Float32Array;
};

/** A trained network as a compiler takes it: a pure function, its inputs, and its sizes that may vary. */
export type TextGraph = {
  /**
   * Tokens and weights by name -> `logits`; of a head for questions `start_logits` and `end_logits`, (B, S);
   * of an encoder without a head or pooling `last_hidden_state`, (B, S, width).
   */
  run(inputs: Tensors): Readonly<Record<string, tf.Tensor>>;
  /** The inputs at given sizes, and every weight as a constant. */
  specs(sizes: Readonly<Record<string, number>>): Readonly<Record<string, Spec>>;
  /** Two values of each size that may vary, to trace at. */
  readonly sizes: Readonly<Record<string, readonly [number, number]>>;
  /** Rows of tokens as the inputs want them, padded to the longest. */
  feed(rows: readonly TokenRow[]): Readonly<Record<string, HostTensor<"int32">>>;
};

/** The network with its weights, from tokens under Hugging Face's names, (B, S) each, to what its head gives. */
export function textGraph(options: {
  model: Model;
  weights: FloatWeights;
  tokenizer: Tokenizer;
}): TextGraph {
  const { model, weights, tokenizer } = options;
  const named = namedOutputs(model);
  // Distilled networks tell the two texts of a pair apart by nothing.
  const sides = ["attention_mask", ...(model.architecture === "bert" ? ["token_type_ids"] : [])];
  const constants = Object.entries(weights).map(([key, { shape, data }]): [string, Spec] => [
    key,
    { type: "float32", shape, data },
  ]);
  return {
    run: ({ input_ids: ids, ...others }) => {
      const inputs = Object.fromEntries(sides.map((name) => [name, others[name]!]));
      const pass = createPass({ training: false, random: noDraws, buffers: {}, inputs });
      return named(runStages(model, others, ids!, pass));
    },
    specs: ({ batch = 1, length = 8 }) => ({
      ...Object.fromEntries(
        ["input_ids", ...sides].map((name) => [name, { type: "int32", shape: [batch, length] }]),
      ),
      ...Object.fromEntries(constants),
    }),
    sizes: { batch: [5, 7], length: [11, 13] },
    feed: (rows) => {
      const length = rows.reduce((most, { ids }) => Math.max(most, ids.length), 0);
      const batch = tokenBatch(tokenizer, rows, { length, side: "right" });
      const fields = ["input_ids", ...sides].map((name) => [name, batch[name]!]);
      return Object.fromEntries(fields) as Record<string, HostTensor<"int32">>;
    },
  };
}

type Named = (outputs: tf.Tensor) => Readonly<Record<string, tf.Tensor>>;

/** As Hugging Face calls what such a network gives. */
function namedOutputs({ classifier, stages }: Model): Named {
  if (classifier === "qa_outputs") return startsAndEnds;
  const hasTop = stages.some(({ name }) => name === "pool" || name === "head");
  return hasTop ? (logits) => ({ logits }) : (tokens) => ({ last_hidden_state: tokens });
}

function startsAndEnds(outputs: tf.Tensor) {
  const logits = outputs as tf.Tensor3D;
  const [rows, length] = logits.shape;
  const at = (place: number): tf.Tensor =>
    tf.reshape(tf.slice(logits, [0, 0, place], [rows, length, 1]), [rows, length]);
  return { start_logits: at(0), end_logits: at(1) };
}

const refused = (site: string): never => {
  throw new GraftError(
    "program-invalid",
    `The exported network draws random numbers at "${site}".`,
  );
};

/** Nothing is drawn outside training. */
const noDraws: Random = { bernoulli: refused, uniform: refused };
