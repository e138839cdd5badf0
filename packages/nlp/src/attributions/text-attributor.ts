import { GraftError, type Program } from "@graft-ml/core";
import { argMax } from "../network/log-softmax.js";
import {
  mostTokens,
  openTokenNetwork,
  type TokenNetwork,
  type TokenNetworkOptions,
} from "../network/token-network.js";
import { checkClassNames } from "../texts/check-class-names.js";
import {
  asPair,
  encodedTexts,
  type TextLengthOptions,
  type TextPair,
} from "../texts/text-source.js";
import { textTask } from "../texts/text-task.js";
import type { Encoding, SpecialTokens, TextInput } from "../tokenize/encoding.js";
import { attentionRollout } from "./attention-rollout.js";
import { type AttributedScore, attributedScores } from "./attributed-score.js";
import { integrate } from "./integrate.js";
import { pathGradients } from "./path-gradients.js";
import { sumGradients } from "./sum-gradients.js";
import { type WordScore, wordScores } from "./word-scores.js";

export type TextAttributorOptions = TokenNetworkOptions &
  TextLengthOptions & {
    /** Names in the order of the labels. */
    classes: readonly string[];
    /**
     * The score that words are given shares of: the class's probability ("softmax"; "sigmoid" for a model
     * of several labels a text), or its logit. Default "softmax".
     */
    of?: AttributedScore;
    /** What stands in the place of every word of the text without meaning. Default "pad". */
    baseline?: keyof SpecialTokens;
    /** Points between baseline and text at which gradients are taken. Default 32. */
    steps?: number;
    /**
     * Where the words' shares are further from the whole than this, in the score's unit, three times as many
     * points are taken, and again, up to `maxSteps`. Default 0.01.
     */
    tolerance?: number;
    /** Default 300. */
    maxSteps?: number;
  };

/** Numbers of all words; those cut off by `maxLength` have 0. */
export type AttributedWords = {
  readonly words: readonly WordScore[];
  /** Those of the second text of a pair. */
  readonly pairWords: readonly WordScore[];
};

export type TextAttribution = AttributedWords & {
  /** The class that was asked about. */
  readonly target: string;
  /** Its score for the text, and for the baseline. */
  readonly score: number;
  readonly baselineScore: number;
  /** The words' scores summed up, less the difference of both: 0 with endless steps. */
  readonly gap: number;
  readonly steps: number;
};

/** Holds the network on the engine until it is closed. */
export type TextAttributor = {
  /** What each word of a text, or of a pair, adds to the score of a class; by default of the likeliest. */
  attribute(text: TextInput | TextPair, options?: { target?: string }): Promise<TextAttribution>;
  /**
   * How much of the text's vector attention takes from each word, whatever the class: attention rollout
   * (Abnar and Zuidema 2020, arXiv 2005.00928). What is missing to 1 comes from special tokens.
   */
  rollout(text: TextInput | TextPair): Promise<AttributedWords>;
  close(): Promise<void>;
};

/**
 * Tells which words of a text speak for a class and which against it: integrated gradients over the word
 * embeddings (Sundararajan, Taly and Yan 2017, arXiv 1703.01365), from a text of the same length whose
 * words are all padding. They share the difference to that text's score alone: look at `baselineScore`.
 * Throws `config-invalid` when the classes are not as many as the model's, or the
 * tokenizer has no such token.
 */
export async function openTextAttributor(options: TextAttributorOptions): Promise<TextAttributor> {
  const { model, classes, tokenizer, of = "softmax", baseline = "pad" } = options;
  checkClassNames(model, classes);
  checkSteps(options);
  const token = tokenizer.specialTokens[baseline];
  if (!token) throw invalid(`The tokenizer has no "${baseline}" token. Choose another baseline.`);
  const network = await openTokenNetwork({ ...options, task: textTask() });
  const gradients = pathGradients({ model, of });
  const rollout = attentionRollout(model);
  const context = { ...options, of, network, gradients, rollout, baselineId: token.id };
  return {
    attribute: (text, { target } = {}) => attribute(asPair(text), target, context),
    rollout: (text) => rolledOut(asPair(text), context),
    close: () => network.close(),
  };
}

type Context = TextAttributorOptions & {
  readonly of: AttributedScore;
  readonly network: TokenNetwork;
  readonly gradients: Program;
  readonly rollout: Program;
  readonly baselineId: number;
};

async function attribute(
  text: TextPair,
  target: string | undefined,
  context: Context,
): Promise<TextAttribution> {
  const { classes, of, network, steps = 32, tolerance = 0.01, maxSteps = 300 } = context;
  const asked = target === undefined ? -1 : classIndex(classes, target);
  const encoding = encoded(text, context);
  const baseline = withoutWords(encoding, context.baselineId);
  const [logits, baseLogits] = await network.outputs([encoding, baseline]);
  const index = asked < 0 ? argMax(logits!) : asked;
  const score = attributedScores[of].ofRow(logits!, index);
  const baselineScore = attributedScores[of].ofRow(baseLogits!, index);
  const line = {
    network,
    program: context.gradients,
    text: encoding,
    baseline,
    index,
    classes: classes.length,
  };
  const { values, ...made } = await integrate((portions) => sumGradients(portions, line), {
    total: score - baselineScore,
    steps,
    tolerance,
    maxSteps,
  });
  const words = byWord(text, encoding, values);
  return { ...words, target: classes[index]!, score, baselineScore, ...made };
}

async function rolledOut(text: TextPair, context: Context): Promise<AttributedWords> {
  const { network, rollout } = context;
  const encoding = encoded(text, context);
  const { outputs } = await network.run(rollout, network.padded([encoding]));
  return byWord(text, encoding, outputs.rollout!.data as Float32Array);
}

function byWord(
  { text, pair }: TextPair,
  encoding: Encoding,
  values: ArrayLike<number>,
): AttributedWords {
  const of = (input: TextInput, sequence: 0 | 1) =>
    wordScores(input, { encoding, values, sequence });
  return { words: of(text, 0), pairWords: pair === undefined ? [] : of(pair, 1) };
}

function checkSteps({ steps = 32 }: TextAttributorOptions): void {
  if (Number.isInteger(steps) && steps > 0) return;
  throw invalid(`\`steps\` is ${steps}, and must be a whole number from 1 on.`);
}

function classIndex(classes: readonly string[], target: string): number {
  const found = classes.indexOf(target);
  if (found >= 0) return found;
  throw invalid(`There is no class "${target}". Known are: ${classes.join(", ")}.`);
}

function encoded(text: TextPair, context: Context): Encoding {
  const { tokenizer } = context;
  const length = { maxLength: mostTokens(context), ...context };
  const [encoding] = encodedTexts(tokenizer, [text], length);
  const whole = [text.text, text.pair].some((input) => typeof input === "string");
  if (encoding!.starts || !whole) return encoding!;
  throw invalid(
    `This tokenizer (${tokenizer.kind}) can't tell where tokens stand in a text. Pass the text split into words, or open the tokenizer with openTokenizer.`,
  );
}

/** The same special tokens around words without meaning. */
function withoutWords({ ids, typeIds, specialTokensMask }: Encoding, id: number) {
  return { ids: ids.map((own, at) => (specialTokensMask[at] === 1 ? own : id)), typeIds };
}

const invalid = (message: string): GraftError => new GraftError("config-invalid", message);
