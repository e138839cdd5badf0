// A BERT of ours, written as the folder that transformers.js opens for feature extraction, as a frozen backbone:
// compares what `frozenPipeline` gives through the real client with what our own engine gives.
//   pnpm --filter @graft-ml/clients run text-features
// Build first: npm run setup.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { compileDynamic, emit } from "@graft-ml/compiler";
import {
  createBert,
  createEagerEngine,
  createPass,
  featureProgram,
  frozenPipeline,
  initWeights,
  modelFromConfig,
  runStages,
} from "@graft-ml/core";
import {
  createWordPiece,
  readWordPiece,
  textTask,
  tokenBatch,
  tokenizerFiles,
  trainWordPiece,
} from "@graft-ml/nlp";
import { env, pipeline } from "@xenova/transformers";
import { nastyTexts, ownSentences } from "./texts.mjs";

const LIMIT = 1e-4;
const SIDES = ["attention_mask", "token_type_ids"];
const INPUTS = ["input_ids", ...SIDES];
const maxLength = 64;

/** Version 2.17 leaves combining marks above U+036F, such as Thai's, where BERT takes them away: other tokens. */
const otherTokens = (text) => /(?![\u0300-\u036f])\p{Mn}/u.test(text.normalize("NFD"));

/** A small BERT whose words are far apart before anything is learned, pooled in this way. */
function bertOf(vocabularySize, pooling) {
  const { config } = createBert("bert_tiny", { vocabSize: vocabularySize, pooling });
  return modelFromConfig({ ...config, initializer_range: 0.1, max_position_embeddings: maxLength });
}

/** The encoder alone, for any number of texts of any length. */
function onnxOf(model, weights) {
  const constants = Object.entries(weights).map(([name, { shape, data }]) => [
    name,
    { type: "float32", shape, data },
  ]);
  const refuse = () => {
    throw new Error("Nothing is drawn outside training.");
  };
  const run = ({ input_ids: ids, attention_mask, token_type_ids, ...params }) => {
    const random = { bernoulli: refuse, uniform: refuse };
    const inputs = { attention_mask, token_type_ids };
    const pass = createPass({ training: false, random, buffers: {}, inputs });
    const to = model.trunk.stage;
    return { last_hidden_state: runStages(model, params, ids, pass, { to }) };
  };
  const specs = ({ batch, length }) => ({
    ...Object.fromEntries(INPUTS.map((name) => [name, { type: "int32", shape: [batch, length] }])),
    ...Object.fromEntries(constants),
  });
  const sizes = { batch: [5, 7], length: [11, 13] };
  const { graph } = compileDynamic(run, specs, { sizes, name: "bert" });
  return emit(asInt64(graph), { target: "portable" }).model;
}

/** Texts enter as int64 there. */
function asInt64(graph) {
  const casts = graph.inputs.map(({ name }) => ({
    op: "Cast",
    domain: "",
    inputs: [name],
    outputs: [`${name}/int32`],
    attributes: { to: 6 },
  }));
  const renamed = (name) => (INPUTS.includes(name) ? `${name}/int32` : name);
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed) }));
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, type: "int64" })),
    nodes: [...casts, ...nodes],
  };
}

async function writeFolder(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** Our own features of texts, on tfjs. */
async function ourFeatures(engine, { model, weights, tokenizer, texts }) {
  const session = await engine.open({ weights });
  const program = featureProgram({ model, task: textTask(), to: "pool" });
  const rows = texts.map((text) => tokenizer.encode(text, { maxLength }));
  const { outputs } = await session.run(program, tokenBatch(tokenizer, rows));
  await session.close();
  return outputs.features;
}

/** How far one row is from another. */
function gapOf(a, b, row) {
  const width = a.shape[1];
  const gaps = Array.from({ length: width }, (_, at) =>
    Math.abs(a.data[row * width + at] - b.data[row * width + at]),
  );
  return Math.max(...gaps);
}

/** One line, and a failed check where texts of the same tokens have other features. */
function report(pooling, texts, { features, own }) {
  const gaps = texts.map((text, row) => ({ text, gap: gapOf(features, own, row) }));
  const same = gaps.filter(({ text }) => !otherTokens(text));
  const most = Math.max(...same.map(({ gap }) => gap));
  const largest = own.data.reduce((all, value) => Math.max(all, Math.abs(value)), 0);
  console.log(
    `${pooling}: ${features.shape[1]} features of ${same.length} texts differ by at most ${most.toExponential(1)}, limit ${LIMIT}; the largest is ${largest.toFixed(2)}`,
  );
  if (!(most <= LIMIT && String(features.shape) === String(own.shape))) process.exitCode = 1;
  for (const { text, gap } of gaps.filter((each) => otherTokens(each.text))) {
    console.log(
      `  not counted, for its tokens are others there: ${text} (${gap.toExponential(1)})`,
    );
  }
}

const scratch = await mkdtemp(join(tmpdir(), "graft-features-"));
const engine = await createEagerEngine({ backend: "cpu" });
try {
  const settings = await trainWordPiece({
    texts: ownSentences,
    vocabularySize: 500,
    minFrequency: 1,
  });
  const files = tokenizerFiles({ ...settings, maxLength });
  const tokenizer = createWordPiece(
    readWordPiece({ tokenizerJson: JSON.parse(files["tokenizer.json"]) }),
  );
  const { plain, accents, punctuation, tabs, emoji } = nastyTexts;
  const texts = [...ownSentences, plain, accents, punctuation, tabs, emoji];
  env.allowRemoteModels = false;
  env.localModelPath = "";
  for (const pooling of ["mean", "cls"]) {
    const model = bertOf(tokenizer.vocabularySize, pooling);
    const weights = initWeights(model, { seed: 1 });
    await writeFolder(scratch, {
      ...files,
      "config.json": JSON.stringify(model.config),
      "onnx/model.onnx": onnxOf(model, weights),
    });
    const client = await pipeline("feature-extraction", scratch, { quantized: false });
    const backbone = frozenPipeline(client, { pooling });
    const features = await backbone.features(texts);
    const own = await ourFeatures(engine, { model, weights, tokenizer, texts });
    report(pooling, texts, { features, own });
    await client.dispose();
  }
} finally {
  await engine.close();
  await rm(scratch, { recursive: true });
}
