import type { FloatWeights, Json, Model } from "@graft-ml/core";
import type { Tokenizer } from "@graft-ml/nlp";
import type { Preprocess } from "@graft-ml/vision";
import type { Kind } from "../studio.js";

/** How pictures enter, or how texts become tokens, with the files that the tokenizer is made of. */
export type NetworkInput =
  | { readonly kind: "pictures"; readonly preprocess: Preprocess }
  | {
      readonly kind: "texts";
      readonly tokenizer: Tokenizer;
      /** Tokens of a text at most. */
      readonly maxLength: number;
      readonly files: Readonly<Record<string, string>>;
    };

/** A network with its weights, and how samples enter it. */
export type Network = {
  readonly name: string;
  readonly summary: string;
  readonly model: Model;
  readonly weights: FloatWeights;
  readonly input: NetworkInput;
  /** What its outputs are called; none of a network that was trained for something else. */
  readonly classes: readonly string[];
};

export type Config = { readonly [key: string]: Json };

export const kindOf = ({ input }: Network): Kind => input.kind;
