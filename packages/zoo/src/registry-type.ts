import type { Json } from "./manifest-type.js";

/** A model that is known by a friendly name: where its weights are, and what is known of them. */
export type RegistryEntry = {
  readonly name: string;
  readonly task: "image" | "text";
  /** One line for people: the architecture, what it was trained on, by whom. */
  readonly summary: string;
  /** A repository of the hub (`org/name`), or the address of a file. */
  readonly source: string;
  /** SPDX name of the weights' licence, as their publisher states it. */
  readonly licence: string;
  readonly parameters: number;
  /** Of its arrays as they are stored, running statistics included. */
  readonly bytes: number;
  /** In percent, as published; empty where no publisher says it. */
  readonly accuracy: readonly {
    readonly data: string;
    readonly top1: number;
    readonly top5?: number;
    readonly by: string;
  }[];
  /**
   * What its config.json must say: the architecture as this project names it, and for pictures the
   * input size, crop, interpolation, mean and deviation. Wins over the source's own config.
   */
  readonly config: { readonly [key: string]: Json };
};
