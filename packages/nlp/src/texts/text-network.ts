import type { Judge, JudgeProgress, Source, Verdict } from "@graft-ml/core";
import {
  mostTokens,
  openTokenNetwork,
  type TokenNetworkOptions,
} from "../network/token-network.js";
import { encodedTexts, type TextLengthOptions, type TextPair } from "./text-source.js";
import { textTask } from "./text-task.js";

export type TextNetworkOptions = TokenNetworkOptions & TextLengthOptions;

/** A trained network on an engine until it is closed, whatever its outputs mean. */
export type TextNetwork = {
  /**
   * Texts, or pairs of them, to one row of logits, or of numbers, each; texts of any length, of which
   * what is over `maxLength` counts for nothing, and empty ones.
   */
  outputs(texts: readonly TextPair[]): Promise<readonly Float32Array[]>;
  /** Judges what `textSource` gives; returns the verdict. */
  judge<V extends Verdict>(
    source: Source,
    options: { judge: Judge<V>; batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<JudgeProgress, V & { readonly count: number }>;
  close(): Promise<void>;
};

/** Opens a session whose weights are all frozen. */
export async function openTextNetwork(options: TextNetworkOptions): Promise<TextNetwork> {
  const network = await openTokenNetwork({ ...options, task: textTask() });
  const length = { ...options, maxLength: options.maxLength ?? mostTokens(options) };
  return {
    outputs: (texts) => network.outputs([...encodedTexts(options.tokenizer, texts, length)]),
    judge: network.judge,
    close: network.close,
  };
}
