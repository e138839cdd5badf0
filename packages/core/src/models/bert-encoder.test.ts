import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createPass } from "../nn/pass.js";
import type { TensorMap } from "../program.js";
import { hostRandom } from "../random.js";
import { bertFromConfig, bertWordVectors } from "./bert.js";
import type { BertConfig } from "./bert-config.js";
import { initWeights } from "./init-weights.js";
import type { Model } from "./model.js";
import { runStages } from "./run-stages.js";

const small: BertConfig = {
  model_type: "bert",
  architectures: ["BertForSequenceClassification"],
  vocab_size: 12,
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 16,
  max_position_embeddings: 4,
  initializer_range: 0.5,
};
const distilled: BertConfig = {
  model_type: "distilbert",
  architectures: ["DistilBertForSequenceClassification"],
  vocab_size: 12,
  dim: 8,
  n_layers: 1,
  n_heads: 2,
  hidden_dim: 16,
};

const ids = (...rows: number[][]): tf.Tensor => tf.tensor2d(rows, undefined, "int32");

const paramsOf = (model: Model): TensorMap =>
  Object.fromEntries(
    Object.entries(initWeights(model, { seed: 1 })).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape]),
    ]),
  );

/** The output, and the sites that were drawn from on the way. */
function run(
  config: BertConfig,
  x: tf.Tensor,
  options: { inputs?: TensorMap; training?: boolean },
) {
  const { inputs = {}, training = false } = options;
  const model = bertFromConfig(config);
  const sites: string[] = [];
  const host = hostRandom({ seed: 0 });
  const random: typeof host = {
    ...host,
    bernoulli: (site, shape, keep) => {
      sites.push(`${site} ${keep}`);
      return host.bernoulli(site, shape, keep);
    },
  };
  const pass = createPass({ training, random, buffers: {}, inputs });
  const y = runStages(model, paramsOf(model), x, pass);
  return { y: [...y.dataSync()], sites };
}

test("without side inputs all tokens count and are of one kind", () => {
  tf.tidy(() => {
    const x = ids([1, 2, 3], [4, 5, 6]);
    const inputs = {
      attention_mask: tf.onesLike(x),
      token_type_ids: tf.zerosLike(x),
    };
    const { y } = run(small, x, {});
    expect(run(small, x, { inputs }).y).toEqual(y);
    const other = { ...inputs, token_type_ids: tf.onesLike(x) };
    expect(run(small, x, { inputs: other }).y).not.toEqual(y);
  });
});

test("vectors in place of the words' own are what the encoder reads", () => {
  tf.tidy(() => {
    const [x, other] = [ids([1, 2, 3]), ids([4, 2, 5])];
    const model = bertFromConfig(small);
    const inputs = { inputs_embeds: bertWordVectors(model, paramsOf(model), other) };
    expect(run(small, x, { inputs }).y).toEqual(run(small, other, {}).y);
    expect(() => run(small, ids([1, 2]), { inputs })).toThrow(
      /"inputs_embeds" is \[1,3,8\], and the tokens are \[1,2,8\]/,
    );
  });
});

test("what weights attention gives is told layer by layer", () => {
  tf.tidy(() => {
    const model = bertFromConfig(distilled);
    const seen: [string, number[]][] = [];
    const pass = createPass({
      training: false,
      random: hostRandom({ seed: 0 }),
      buffers: {},
      inputs: { attention_mask: ids([1, 1, 0]) },
      watch: (name, weights) => {
        seen.push([name, weights.shape]);
        const rows = [...tf.sum(weights, -1).dataSync()];
        for (const row of rows) expect(row).toBeCloseTo(1, 6);
        expect([...tf.slice(weights, [0, 0, 0, 2], [1, 2, 3, 1]).dataSync()]).toEqual(
          Array(6).fill(0),
        );
      },
    });
    runStages(model, paramsOf(model), ids([1, 2, 0]), pass);
    expect(seen).toEqual([["distilbert.transformer.layer.0.attention", [1, 2, 3, 3]]]);
  });
});

test("what is padded on to a text does not change its logits", () => {
  tf.tidy(() => {
    const attention_mask = ids([1, 1, 0, 0]);
    const { y } = run(small, ids([3, 7, 9, 0]), { inputs: { attention_mask } });
    run(small, ids([3, 7]), {}).y.forEach((value, index) => {
      expect(y[index]).toBeCloseTo(value, 6);
    });
  });
});

test("each place of dropout draws by itself, at upstream's rates", () => {
  tf.tidy(() => {
    expect(run(small, ids([1, 2]), { training: true }).sites).toEqual([
      "embeddings.dropout 0.9",
      "bert.encoder.layer.0.attention 0.9",
      "bert.encoder.layer.0.project 0.9",
      "bert.encoder.layer.0.output 0.9",
      "head.dropout 0.9",
    ]);
    expect(run(distilled, ids([1, 2]), { training: true }).sites).toEqual([
      "embeddings.dropout 0.9",
      "distilbert.transformer.layer.0.attention 0.9",
      "distilbert.transformer.layer.0.output 0.9",
      "head.dropout 0.8",
    ]);
    expect(run(small, ids([1, 2]), {}).sites).toEqual([]);
  });
});

test("a masked head that is told places scores those alone", () => {
  tf.tidy(() => {
    const config = { ...small, architectures: ["BertForMaskedLM"] };
    const x = ids([1, 2, 3], [4, 5, 6]);
    const all = run(config, x, {}).y;
    const row = (place: number) => all.slice(12 * place, 12 * place + 12);
    const { y } = run(config, x, { inputs: { masked_positions: ids([2, 0], [1, 1]) } });
    expect(y.length).toBe(4 * 12);
    [...row(2), ...row(0), ...row(4), ...row(4)].forEach((value, index) => {
      expect(y[index]).toBeCloseTo(value, 6);
    });
  });
});

test("texts that are too long, and side inputs of another shape, are told", () => {
  tf.tidy(() => {
    expect(() => run(small, ids([1, 2, 3, 4, 5]), {})).toThrow(/at most 4 tokens.*not \[1,5\]/);
    const inputs = { attention_mask: ids([1, 1]) };
    expect(() => run(small, ids([1, 2, 3]), { inputs })).toThrow(
      /"attention_mask" is \[1,2\], and the tokens are \[1,3\]/,
    );
  });
});
