/** What a JSON file can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** One embedded backbone: where its weights lie, what they are, and on which terms they come. */
export type ZooEntry = {
  readonly name: string;
  /** One line for people: the architecture, its size, what it was trained on. */
  readonly summary: string;
  /** A safetensors file, relative to this package's `assets/`. */
  readonly file: string;
  readonly bytes: number;
  /** Of the file, lower-case hexadecimal. */
  readonly sha256: string;
  /** The text of a model folder's `config.json`: architecture, classes, input size, mean, std. */
  readonly config: { readonly [key: string]: Json };
  /** SPDX name of the weights' licence. */
  readonly licence: string;
  /** Who must be named, and for what. */
  readonly attribution: string;
  /** Top-1 accuracy in percent on the named data. */
  readonly accuracy: readonly { readonly data: string; readonly top1: number }[];
};

export type ZooManifest = {
  /** The backbone that a command takes when none is named; null while the zoo is empty. */
  readonly default: string | null;
  readonly backbones: readonly ZooEntry[];
};
