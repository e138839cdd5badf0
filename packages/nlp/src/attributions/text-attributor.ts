import { type Batch, GraftError, type Program } from "@graft-ml/core";
import { argMax } from "../network/log-softmax.js";
import {
  mostTokens,
  openTokenNetwork,
  type TokenNetwork,
  type TokenNetworkOptions,
} from "../network/token-network.js";
import { checkClasses } from "../texts/check-classes.js";
import {
  asPair,
  encodedTexts,
  type TextLengthOptions,
  type TextPair,
} from "../texts/text-source.js";
import { textTask } from "../texts/text-task.js";
import type { Encoding, SpecialTokens, TextInput } from "../tokenize/encoding.js";
import { type AttributedScore, attributedScores } from "./attributed-score.js";
import { integrate } from "./integrate.js";
import { pathGradients } from "./path-gradients.js";
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

export type TextAttribution = {
  /** Every word of the text, and of its pair behind `pairWords`; those cut off by `maxLength` have 0. */
  readonly words: readonly WordScore[];
  readonly pairWords: readonly WordScore[];
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
  close(): Promise<void>;
};

/**
 * Tells which words of a text speak for a class and which against it: integrated gradients over the word
 * embeddings (Sundararajan, Taly and Yan 2017, arXiv 1703.01365), from a text of the same length whose
 * words are all padding. Throws `config-invalid` when the classes are not as many as the model's, or the
 * tokenizer has no such token.
 */
export async function openTextAttributor(options: TextAttributorOptions): Promise<TextAttributor> {
  const { model, classes, tokenizer, of = "softmax", baseline = "pad" } = options;
  checkClasses(model, classes);
  const token = tokenizer.specialTokens[baseline];
  if (!token) throw invalid(`The tokenizer has no "${baseline}" token. Choose another baseline.`);
  const network = await openTokenNetwork({ ...options, task: textTask() });
  const context = {
    ...options,
    of,
    network,
    baselineId: token.id,
    program: pathGradients({ model, of }),
  };
  return {
    attribute: (text, { target } = {}) => attribute(asPair(text), target, context),
    close: () => network.close(),
  };
}

type Context = TextAttributorOptions & {
  readonly of: AttributedScore;
  readonly network: TokenNetwork;
  readonly program: Program;
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
  const { values, ...made } = await integrate(
    (portions) => gradientsAt(portions, { encoding, baseline, index }, context),
    { total: score - baselineScore, steps, tolerance, maxSteps },
  );
  const wordsOf = (input: TextInput, sequence: 0 | 1) =>
    wordScores(input, { encoding, values, sequence });
  return {
    words: wordsOf(text.text, 0),
    pairWords: text.pair === undefined ? [] : wordsOf(text.pair, 1),
    target: classes[index]!,
    score,
    baselineScore,
    ...made,
  };
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

/** Tokens of a batch: gradients keep every layer's attentions in memory. */
const TOKENS = 2048;

type Line = {
  readonly encoding: Encoding;
  readonly baseline: { readonly ids: Int32Array; readonly typeIds: Int32Array };
  readonly index: number;
};

/** The sum over points of the line, in batches of one size. */
async function gradientsAt(
  portions: readonly number[],
  { encoding, baseline, index }: Line,
  { network, program, model }: Context,
): Promise<Float64Array> {
  const sums = new Float64Array(encoding.ids.length);
  const size = batchSize(network.padded([encoding]).input_ids!.shape[1]!);
  const batch = network.padded(Array.from({ length: size }, () => encoding));
  const from = network.padded(Array.from({ length: size }, () => baseline));
  const length = batch.input_ids!.shape[1]!;
  for (let start = 0; start < portions.length; start += size) {
    const now = portions.slice(start, start + size);
    const { outputs } = await network.run(program, {
      ...batch,
      baseline_ids: from.input_ids!,
      ...fieldsOf(now, { size, index, classes: model.numClasses }),
    });
    const { data } = outputs.attributions!;
    for (let row = 0; row < now.length; row++) {
      for (let token = 0; token < sums.length; token++) {
        sums[token]! += Number(data[row * length + token]);
      }
    }
  }
  return sums;
}

/** A power of two, so that the usual numbers of points fill all batches. */
const batchSize = (length: number): number =>
  2 ** Math.max(0, Math.min(4, Math.floor(Math.log2(TOKENS / length))));

function fieldsOf(
  portions: readonly number[],
  { size, index, classes }: { size: number; index: number; classes: number },
): Batch {
  const portion = new Float32Array(size);
  portion.set(portions);
  const target = new Float32Array(size * classes);
  for (let row = 0; row < size; row++) target[row * classes + index] = 1;
  return {
    portion: { dtype: "float32", shape: [size], data: portion },
    target: { dtype: "float32", shape: [size, classes], data: target },
  };
}

const invalid = (message: string): GraftError => new GraftError("config-invalid", message);
