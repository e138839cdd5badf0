import { GraftError } from "@graft-ml/core";
import {
  entityJudge,
  entityReport,
  openTokenClassifier,
  readTags,
  type TextInput,
  tokenTask,
  wordSource,
} from "@graft-ml/nlp";
import { openTexts, type TokenDataset, type TokenSample } from "@graft-ml/nlp/node";
import { type TextEntry, texts } from "../modality/texts.js";
import type { TagsPrediction, TagsScored } from "../run/predictions.js";
import { tokenizerOf } from "../source/model-input.js";
import { crossEntropyOf, finiteLoss } from "./finite-loss.js";
import {
  byLength,
  checkForTexts,
  checkNoColumns,
  lengthOf,
  namedOutputs,
  rowsBy,
  toScore,
  usual,
} from "./on-texts.js";
import type { TagsReading } from "./reading.js";
import { subjectOf } from "./subject.js";
import type { Answering, Opening, TaskKind } from "./task-kind.js";

/** A text, or a sentence in words. */
type Item = { readonly text: TextInput } | { readonly tokens: readonly string[] };

const inputOf = (item: Item): TextInput => ("tokens" in item ? item.tokens : item.text);

async function answering({ input, ...opening }: Opening): Promise<Answering<Item>> {
  const tags = Array.from({ length: opening.model.numClasses }, (_, at) => String(at));
  const network = await openTokenClassifier({
    ...opening,
    tokenizer: tokenizerOf(input),
    tags,
    ...lengthOf(input),
  });
  return {
    outputs: (items) => network.outputs(items.map(inputOf)),
    judge: network.judge,
    close: network.close,
  };
}

/** A tag for each word: names, places, diseases. */
export const tokensKind: TaskKind<
  TokenDataset,
  TokenSample,
  TagsScored,
  TagsReading,
  TextEntry,
  Item
> = {
  modality: texts,
  metrics: ["f1", "precision", "recall", "accuracy"],
  loss: "cross-entropy of a word",
  output: "tag",
  usual,
  about: (names) => `marks words with ${names.length} tags`,
  check(options) {
    checkForTexts(options);
    checkNoColumns(options);
    const { targets, balance, reject } = options;
    if (targets === null && balance === "none" && reject === null) return;
    throw new GraftError(
      "usage",
      "--targets, --balance and --reject mean nothing for --task tokens. Leave them out.",
    );
  },
  open: ({ data }) => openTexts(data, { task: "tokens", validation: 0 }),
  openToScore: async (data, classes) =>
    toScore(await openTexts(data, { task: "tokens", names: namedOutputs(classes), validation: 0 })),
  namesOf: ({ tags }) => tags,
  has: ({ labels }, at) => labels.includes(at),
  source: (samples, { of: _, ...entry }) => wordSource({ ...entry, sentences: samples }),
  learning: (options, { dataset: { tags }, train }) => ({
    task: tokenTask({ tags, loss: { labelSmoothing: options.labelSmoothing } }),
    ...byLength(options, train),
  }),
  answering,
  rows: rowsBy<TokenSample, Item>(answering),
  read: () => ({ task: "tokens" }),
  scored: ({ samples, rows, names }) =>
    samples.map((sample, i) => predictionOf(sample, rows[i]!, names)),
  scoreOf({ predictions }) {
    const { precision, recall, f1, tokenAccuracy } = tagsReport(predictions);
    const words = predictions.reduce((sum, one) => sum + one.words.length, 0);
    const loss = predictions.reduce((sum, one) => sum + one.loss * one.words.length, 0) / words;
    return { f1, precision, recall, accuracy: tokenAccuracy, loss };
  },
  judge({ names }) {
    const judge = entityJudge(names);
    return {
      ...judge,
      end() {
        const { metrics, report } = judge.end();
        return { metrics, details: { entities: report.types } };
      },
    };
  },
  answer(outputs, { names, item }) {
    const { entities, words } = readTags(inputOf(item), outputs, names);
    return { entities, words: words.map(({ text, tag, score }) => ({ text, tag, score })) };
  },
  scores: (outputs) => outputs,
};

/** Precision, recall and F1 of whole entities. */
export const tagsReport = (predictions: readonly TagsPrediction[]) =>
  entityReport({
    truth: predictions.map(({ truth }) => truth),
    predicted: predictions.map(({ tags }) => tags),
  });

function predictionOf(
  sample: TokenSample,
  logits: Float32Array,
  names: readonly string[],
): TagsPrediction {
  const { tokens, labels, name } = sample;
  const { words } = readTags(tokens, logits, names);
  const truth = labels.map((label) => names[label] ?? "O");
  const width = names.length;
  const losses = labels.map((label, at) =>
    crossEntropyOf(logits.subarray(at * width, (at + 1) * width), label),
  );
  const loss = finiteLoss(losses.reduce((a, b) => a + b, 0) / losses.length, name);
  return {
    ...subjectOf(sample),
    words: [...tokens],
    truth,
    tags: words.map(({ tag }) => tag),
    loss,
  };
}
