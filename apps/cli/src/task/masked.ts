import { GraftError } from "@graft-ml/core";
import {
  maskedJudge,
  maskedLanguageTask,
  openMaskFiller,
  readMasks,
  type TextPair,
} from "@graft-ml/nlp";
import { openTexts, type PlainTexts, type TextSample } from "@graft-ml/nlp/node";
import { type TextEntry, texts } from "../modality/texts.js";
import type { MaskedScored, WordsPrediction } from "../run/predictions.js";
import type { TrainOptions } from "../run/train-options.js";
import { type ModelInput, tokenizerOf } from "../source/model-input.js";
import { finiteLoss } from "./finite-loss.js";
import { type HiddenTexts, type HiddenWord, hiddenTexts, wordsByText } from "./hidden-texts.js";
import { checkForTexts, columnsOf, lengthOf, toScore, usual } from "./on-texts.js";
import type { MaskedReading } from "./reading.js";
import { subjectOf } from "./subject.js";
import type { Answering, Opening, TaskKind } from "./task-kind.js";

/** Rows of packed texts that are guessed at once while scoring. */
const BATCH = 16;

const openNetwork = ({ input, ...opening }: Opening) =>
  openMaskFiller({ ...opening, tokenizer: tokenizerOf(input), ...lengthOf(input) });

async function answering(opening: Opening): Promise<Answering<TextPair>> {
  const network = await openNetwork(opening);
  return {
    outputs: network.outputs,
    async *judge(source, options) {
      const verdict = yield* network.judge(source, options);
      // Rows were judged, and what was read were texts.
      return { ...verdict, count: (source as HiddenTexts).texts };
    },
    close: network.close,
  };
}

/** Goes on with what a BERT learned first: words that are hidden in texts (Gururangan et al. 2020, arXiv 2004.10964). */
export const maskedKind: TaskKind<
  PlainTexts,
  TextSample,
  MaskedScored,
  MaskedReading,
  TextEntry,
  TextPair,
  readonly HiddenWord[]
> = {
  modality: texts,
  metrics: ["perplexity", "accuracy"],
  loss: "cross-entropy of a hidden word",
  output: "word",
  example: '"A [MASK] text."',
  usual,
  keepsHead: true,
  about: () => "guesses words that are hidden in texts",
  check(options) {
    checkForTexts(options);
    const given = meaningless(options).find(([isGiven]) => isGiven);
    if (!given) return;
    throw new GraftError("usage", `${given[1]} --task masked. ${given[2] ?? "Leave it out."}`);
  },
  open: (options) =>
    openTexts(options.data, { task: "texts", validation: 0, ...columnsOf(options) }),
  openToScore: async (data) => toScore(await openTexts(data, { task: "texts", validation: 0 })),
  namesOf: () => [],
  has: () => true,
  source: hiddenTexts,
  learning: () => ({ task: maskedLanguageTask() }),
  answering,
  async *rows(opening, { samples, entry, signal }) {
    const source = hiddenTexts(samples, entry);
    const network = await openNetwork(opening);
    try {
      const judging = network.judge(source, {
        judge: wordsByText(source),
        batchSize: BATCH,
        signal,
      });
      for (;;) {
        const { done, value } = await judging.next();
        if (done) return value.words;
        yield { ...value, total: source.size };
      }
    } finally {
      await network.close();
    }
  },
  read: () => ({ task: "masked" }),
  scored: ({ samples, rows, asking }) =>
    samples.map((sample, i) => predictionOf(sample, rows[i]!, asking)),
  scoreOf({ predictions }) {
    const words = predictions.flatMap(({ hidden }) => hidden);
    const right = words.filter(({ truth, guess }) => truth === guess).length;
    const sum = predictions.reduce((all, one) => all + one.loss * one.hidden.length, 0);
    const loss = sum / words.length;
    return { perplexity: Math.exp(loss), accuracy: right / words.length, loss };
  },
  judge() {
    const judge = maskedJudge();
    return { ...judge, end: () => ({ metrics: judge.end().metrics, details: {} }) };
  },
  answer(outputs, { item, top, asking }) {
    const { text, pair, masks } = readMasks(item, outputs, {
      tokenizer: tokenizerOf(asking),
      ...lengthOf(asking),
      top,
    });
    return {
      filled: pair === undefined ? text : `${text}\t${pair}`,
      masks: masks.map((words) => words.map(({ word, score }) => ({ label: word, score }))),
    };
  },
  scores: (outputs) => outputs,
};

/** Options that say nothing here, and what to do where it is not to leave them out. */
const meaningless = (
  options: TrainOptions,
): readonly (readonly [given: boolean, what: string, next?: string])[] => {
  const { targets, label, balance, reject, labelSmoothing, strategy, cut, headEpochs } = options;
  const frozen = "would freeze the table of words, which guesses for";
  return [
    [targets !== null, "--targets means nothing for"],
    [label !== null, "--label means nothing for"],
    [options.folds !== null, "--folds means nothing for"],
    [balance !== "none", "--balance means nothing for"],
    [reject !== null, "--reject means nothing for"],
    [labelSmoothing !== 0, "--label-smoothing means nothing for"],
    [
      options.warmStart !== null,
      "--warm-start keeps classes, and there are none for",
      "Give the run as --backbone.",
    ],
    [strategy !== "finetune" && strategy !== "scratch", `--strategy ${strategy} ${frozen}`],
    [cut !== null, `--cut ${frozen}`],
    [strategy === "finetune" && headEpochs > 0, `--head-epochs ${frozen}`],
  ];
};

function predictionOf(
  sample: TextSample,
  words: readonly HiddenWord[],
  asking: ModelInput,
): WordsPrediction {
  const tokenizer = tokenizerOf(asking);
  const named = (token: number): string => tokenizer.idToToken(token) ?? "";
  const sum = words.reduce((all, { loss }) => all + loss, 0);
  return {
    ...subjectOf(sample),
    hidden: words.map(({ label, guess, score }) => ({
      truth: named(label),
      guess: named(guess),
      score,
    })),
    // Of a short text no word may be hidden: it counts for nothing.
    loss: finiteLoss(words.length === 0 ? 0 : sum / words.length, sample.name),
  };
}
