import type { Json, WeightStore } from "@graft-ml/core";

export type Config = { readonly [key: string]: Json };

/** A model that was found, its weights not read yet. */
export type Located = {
  /** How a run's config names it, so that it is found again: with its commit where it has one. */
  readonly source: string;
  /** Where it came from, for people. */
  readonly from: string;
  /** As its publisher states it; undefined where nobody does. */
  readonly licence: string | undefined;
  readonly config: Config;
  readonly store: WeightStore;
  /** What the config's own paths begin at. */
  readonly folder: string;
  /** A preprocessor_config.json, where there is one. */
  readonly preprocessor: string | undefined;
  /** A tokenizer's files that don't lie in the folder: name -> text. */
  readonly tokenizer?: Readonly<Record<string, string>> | undefined;
};
