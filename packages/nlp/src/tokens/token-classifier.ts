import { GraftError, type JudgeProgress, type Source } from "@graft-ml/core";
import { argMax, logSoftmax } from "../network/log-softmax.js";
import {
  mostTokens,
  openTokenNetwork,
  type TokenNetworkOptions,
} from "../network/token-network.js";
import type { TextInput } from "../tokenize/encoding.js";
import { type Entity, entitiesOf, type TaggedWord } from "./entities-of.js";
import { type EntityVerdict, entityJudge } from "./entity-judge.js";
import { tokenTask } from "./token-task.js";
import { type WordWindow, type WordWindowOptions, wordWindows } from "./word-windows.js";
import { wordsOf } from "./words-of.js";

export type TokenClassifierOptions = TokenNetworkOptions &
  WordWindowOptions & {
    /** Names in the order of the classes. */
    tags: readonly string[];
  };

export type TaggedText = {
  readonly entities: readonly Entity[];
  /** Every word with its likeliest tag. */
  readonly words: readonly TaggedWord[];
};

/** Holds the network on the engine until it is closed. */
export type TokenClassifier = {
  /** Texts, or sentences in words, to what is in them; texts of any length, and empty ones. */
  predict(texts: readonly TextInput[]): Promise<readonly TaggedText[]>;
  /** Judges what `wordSource` gives. */
  evaluate(
    source: Source,
    options?: { batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<JudgeProgress, EntityVerdict & { readonly count: number }>;
  close(): Promise<void>;
};

/** Throws `config-invalid` when the tags are not as many as the model's classes. */
export async function openTokenClassifier(
  options: TokenClassifierOptions,
): Promise<TokenClassifier> {
  const { model, tags, tokenizer } = options;
  if (tags.length !== model.numClasses) {
    throw new GraftError(
      "config-invalid",
      `There are ${tags.length} tags for a model of ${model.numClasses} classes. Pass as many.`,
      { details: { tags: tags.length, classes: model.numClasses } },
    );
  }
  const network = await openTokenNetwork({ ...options, task: tokenTask({ tags }) });
  return {
    predict: async (inputs) => {
      const texts = inputs.map(wordsOf);
      const sentences = texts.map(({ words }) => words.map(({ text }) => text));
      const length = { maxLength: mostTokens(options), ...options };
      const windows = wordWindows(tokenizer, sentences, length);
      const logits = await network.outputs(windows);
      const guesses = guessTags(windows, logits, tags);
      return texts.map(({ text, words }, sentence) => {
        const tagged = words.map((word, at) => ({ ...word, ...guesses.get(`${sentence} ${at}`)! }));
        return { words: tagged, entities: entitiesOf(text, tagged) };
      });
    },
    evaluate: (source, given = {}) => network.judge(source, { ...given, judge: entityJudge(tags) }),
    close: () => network.close(),
  };
}

type Guess = { readonly tag: string; readonly score: number };

/** The likeliest tag of each word, under "sentence word". */
function guessTags(
  windows: readonly WordWindow[],
  logits: readonly Float32Array[],
  tags: readonly string[],
): ReadonlyMap<string, Guess> {
  const guesses = new Map<string, Guess>();
  const width = tags.length;
  for (const [at, { sentence, words }] of windows.entries()) {
    for (const [token, word] of words.entries()) {
      if (word < 0) continue;
      const scores = logSoftmax(logits[at]!.subarray(token * width, (token + 1) * width));
      const best = argMax(scores);
      guesses.set(`${sentence} ${word}`, { tag: tags[best]!, score: Math.exp(scores[best]!) });
    }
  }
  return guesses;
}
