import { GraftError, type JudgeProgress, type Source } from "@graft-ml/core";
import { argMax, logSoftmax } from "../network/log-softmax.js";
import {
  mostTokens,
  openTokenNetwork,
  type TokenNetwork,
  type TokenNetworkOptions,
} from "../network/token-network.js";
import type { TextInput } from "../tokenize/encoding.js";
import { type Entity, entitiesOf, type TaggedWord } from "./entities-of.js";
import { type EntityVerdict, entityJudge } from "./entity-judge.js";
import { tokenTask } from "./token-task.js";
import { type WordWindowOptions, wordWindows } from "./word-windows.js";
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
  /** The same as logits, (words, tags) each, for `readTags`. */
  outputs(texts: readonly TextInput[]): Promise<readonly Float32Array[]>;
  /** Judges what `wordSource` gives. */
  evaluate(
    source: Source,
    options?: { batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<JudgeProgress, EntityVerdict & { readonly count: number }>;
  /** Judges the same by another judge; returns the verdict. */
  judge: TokenNetwork["judge"];
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
  const length = { ...options, maxLength: options.maxLength ?? mostTokens(options) };
  const outputs = async (inputs: readonly TextInput[]): Promise<readonly Float32Array[]> => {
    const sentences = inputs.map((input) => wordsOf(input).words.map(({ text }) => text));
    const windows = wordWindows(tokenizer, sentences, length);
    const logits = await network.outputs(windows);
    const rows = sentences.map((words) => new Float32Array(words.length * tags.length));
    for (const [at, { sentence, words }] of windows.entries()) {
      for (const [token, word] of words.entries()) {
        if (word < 0) continue;
        const own = logits[at]!.subarray(token * tags.length, (token + 1) * tags.length);
        rows[sentence]!.set(own, word * tags.length);
      }
    }
    return rows;
  };
  return {
    outputs,
    predict: async (inputs) => {
      const rows = await outputs(inputs);
      return inputs.map((input, at) => readTags(input, rows[at]!, tags));
    },
    evaluate: (source, given = {}) => network.judge(source, { ...given, judge: entityJudge(tags) }),
    judge: network.judge,
    close: () => network.close(),
  };
}

/** What the logits of a text's words, (words, tags), say of it. */
export function readTags(
  input: TextInput,
  logits: Float32Array,
  tags: readonly string[],
): TaggedText {
  const { text, words } = wordsOf(input);
  const tagged = words.map((word, at) => {
    const scores = logSoftmax(logits.subarray(at * tags.length, (at + 1) * tags.length));
    const best = argMax(scores);
    return { ...word, tag: tags[best]!, score: Math.exp(scores[best]!) };
  });
  return { words: tagged, entities: entitiesOf(text, tagged) };
}
