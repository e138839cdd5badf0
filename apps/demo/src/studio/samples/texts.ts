import { compileDynamic } from "@graft-ml/compiler";
import { GraftError, graftedWeights, newBertHead, phasesOf, splitSamples } from "@graft-ml/core";
import {
  bucketSampler,
  copiedTexts,
  normalText,
  openTextNetwork,
  type TokenSource,
  textGraph,
  textRate,
  textSource,
  textTask,
} from "@graft-ml/nlp";
import type { Network } from "../networks/network.js";
import type { Item } from "../studio.js";
import type { Medium } from "./medium.js";

export type HeldText = { readonly name: string; readonly text: string };

export const texts: Medium<HeldText> = {
  async read(item, name) {
    const text = textItem(item);
    if (text.trim() !== "") return { name, text };
    throw new GraftError("dataset-invalid", `${name} is empty.`, {
      details: { reason: "it is empty" },
    });
  },
  async enter(samples, _, onEntered) {
    for (const _sample of samples) onEntered();
  },
  source(samples, labels, network) {
    const labelled = samples.map((sample, at) => ({ ...sample, label: labels[at]! }));
    return textSource({ ...tokensOf(network), samples: labelled });
  },
  async grafted(network, classes, seed) {
    const model = newBertHead(network, { outputs: classes });
    return { model, weights: await graftedWeights(model, network.weights, seed) };
  },
  learning: (network, { options, train }) => ({
    task: textTask(),
    // All layers at once, and nothing kept of what is frozen.
    ...{ cut: null, views: "none" },
    ...phasesOf(options, options.strategy === "finetune" ? { rate: textRate(network.model) } : {}),
    sampler: bucketSampler(train as TokenSource, {
      batchSize: Math.min(options.batchSize, train.size),
      seed: options.seed,
    }),
  }),
  copies: async (samples) => copiedTexts(samples.map(({ text }) => text)),
  content: async ({ text }) => normalText(text),
  split: (train, options) =>
    splitSamples(
      { train, validation: [] },
      { ...options, strataOf: (samples) => samples.map(({ label }) => label) },
    ),
  async ask(engine, network) {
    const { model, weights } = network;
    const asked = await openTextNetwork({ engine, model, weights, ...tokensOf(network) });
    return {
      held: (samples) => asked.outputs(samples),
      item: async (item) => (await asked.outputs([{ text: textItem(item) }]))[0]!,
      close: asked.close,
    };
  },
  onnx(network) {
    const { model, weights } = network;
    const graph = textGraph({ model, weights, tokenizer: tokensOf(network).tokenizer });
    const options = { sizes: graph.sizes, name: model.architecture };
    return new Uint8Array(compileDynamic(graph.run, graph.specs, options).model);
  },
  files: tokenizerFiles,
  clientFiles: tokenizerFiles,
};

/** The tokenizer's own files; they say how long texts may be, so that other programs cut them alike. */
function tokenizerFiles(network: Network): Readonly<Record<string, string>> {
  const { files, maxLength } = tokensOf(network);
  const name = "tokenizer_config.json";
  const config = JSON.parse(files[name] ?? '{"tokenizer_class":"BertTokenizer"}') as object;
  return {
    ...files,
    [name]: `${JSON.stringify({ ...config, model_max_length: maxLength }, null, 2)}\n`,
  };
}

function tokensOf({ input }: Network) {
  if (input.kind === "texts") return input;
  throw new GraftError("usage", "The network sees pictures, and these are texts. Take another.");
}

function textItem(item: Item): string {
  if (typeof item === "string") return item;
  throw new GraftError("dataset-invalid", "A picture is no text.");
}
