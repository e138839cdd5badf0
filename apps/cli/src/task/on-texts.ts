import { type FineTuneOptions, GraftError, type Sampler, type Source } from "@graft-ml/core";
import {
  bucketSampler,
  openTextNetwork,
  type TextPair,
  type TokenSource,
  textSource,
} from "@graft-ml/nlp";
import { type TextEntry, texts } from "../modality/texts.js";
import type { ScoreProgress } from "../run/predictions.js";
import type { TrainOptions } from "../run/train-options.js";
import type { ModelClass } from "../source/classes.js";
import { tokenizerOf } from "../source/model-input.js";
import { type Given, refuse } from "./refuse.js";
import type { Answering, AnyText, DataOptions, Opening, TextData } from "./task-kind.js";

/** Texts that are asked about at once while scoring. */
const GROUP = 64;

/** All layers learn, and nothing of a text is cached: its features would take more room than it is worth. */
export const usual: Partial<FineTuneOptions> = { cut: null, views: "none" };

/** What all kinds on whole texts have in common. */
export const onTexts = <S extends AnyText & TextPair>() => ({
  modality: texts,
  usual,
  source: (samples: readonly S[], { of: _, ...entry }: TextEntry): TokenSource =>
    textSource({ ...entry, samples }),
  answering: openNetwork,
  rows: rowsBy<S, TextPair>(openNetwork),
});

async function openNetwork({ input, ...opening }: Opening): Promise<Answering<TextPair>> {
  if (opening.model.numClasses === 0) {
    throw new GraftError(
      "config-invalid",
      "The model is an encoder without a head, which answers nothing. Train one on it with --backbone, or write its vectors with: graft export --features",
    );
  }
  return openTextNetwork({ ...opening, tokenizer: tokenizerOf(input), ...lengthOf(input) });
}

/** Tokens of a text at most. */
export const lengthOf = (input: Opening["input"]): { maxLength?: number } =>
  input.modality === "texts" ? { maxLength: input.maxLength } : {};

/** Asks a network about each sample in turn. */
export const rowsBy = <S extends X & AnyText, X>(
  open: (opening: Opening) => Promise<Answering<X>>,
) =>
  async function* (
    opening: Opening,
    { samples, signal }: { samples: readonly S[]; signal: AbortSignal },
  ): AsyncGenerator<ScoreProgress, readonly Float32Array[]> {
    const network = await open(opening);
    const rows: Float32Array[] = [];
    try {
      while (rows.length < samples.length) {
        if (signal.aborted) {
          throw new GraftError("aborted", `Scoring stopped after ${rows.length} texts.`);
        }
        rows.push(...(await network.outputs(samples.slice(rows.length, rows.length + GROUP))));
        yield { type: "eval-progress", count: rows.length, total: samples.length };
      }
    } finally {
      await network.close();
    }
    return rows;
  };

/** Texts of like length stand together in a batch, so that little of it is padding. */
export const byLength = (
  { batchSize, seed }: TrainOptions,
  train: Source,
): { sampler: Sampler } => ({
  // What `source` of these kinds made.
  sampler: bucketSampler(train as TokenSource, {
    batchSize: Math.min(batchSize, train.size),
    seed,
  }),
});

/** Throws `usage` for options that only pictures know. */
export function checkForTexts(options: TrainOptions): void {
  const { mixup, cutmix, groupBy, strategy, views, augment, balance } = options;
  const onPictures: readonly Given[] = [
    [mixup !== null, "--mixup"],
    [cutmix !== null, "--cutmix"],
    [groupBy !== null, "--group-by"],
    [views !== 1, "--views"],
    [augment !== "basic", "--augment"],
    [balance === "sampling", "--balance sampling"],
    [strategy === "few-shot", "--strategy few-shot"],
  ];
  refuse(onPictures, "is for pictures, and the data are texts");
}

/** Throws `usage` for columns where a file's format says what stands where. */
export const checkNoColumns = (options: TrainOptions): void =>
  refuse(
    columnsGiven(options),
    `names a column of a table, and files of --task ${options.task} have none to choose from`,
  );

/** Of texts and their answers. */
export const columnsGiven = ({ text, pair, label }: TextOpening): readonly Given[] => [
  [text !== null, "--text"],
  [pair !== null, "--pair"],
  [label !== null, "--label"],
];

type TextOpening = Pick<DataOptions, "text" | "pair" | "label">;

/** The columns that a person named. */
export const columnsOf = ({ text, pair, label }: TextOpening) => ({
  ...(text === null ? {} : { text }),
  ...(pair === null ? {} : { pair }),
  ...(label === null ? {} : { label }),
});

/** The names of a model's outputs. Throws `config-invalid`. */
export function namedOutputs(classes: readonly ModelClass[] | undefined): readonly string[] {
  if (classes) return classes.map(({ name }) => name);
  throw new GraftError(
    "config-invalid",
    'The model\'s config names no outputs, so nothing can be compared. Add "id2label" to its config.json.',
  );
}

/** All to be scored: the test part, else the validation part, else everything. */
export function toScore<D extends TextData>(found: D): D {
  const { train, validation, test } = found;
  const chosen = [test, validation, train].find((part) => part.length > 0) ?? [];
  return { ...found, train: [], validation: [], test: chosen };
}
