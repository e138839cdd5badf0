/** What a JSON file can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A file of the package. */
export type ZooFile = {
  /** Relative to this package's `assets/`. */
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
};

/** What a backbone is shown. */
export type Modality = "pictures" | "texts";

/** One embedded backbone: where its weights lie (safetensors), what they are, and on which terms they come. */
export type ZooEntry = ZooFile & {
  readonly name: string;
  readonly reads: Modality;
  /** One line for people: the architecture, its size, what it was trained on. */
  readonly summary: string;
  /** The text of a model folder's `config.json`: architecture, classes, input size, mean, std. */
  readonly config: { readonly [key: string]: Json };
  /** Of one that reads texts: its tokenizer's files, by the names that they have in a model folder. */
  readonly tokenizer?: Readonly<Record<string, ZooFile>>;
  /** SPDX name of the weights' licence. */
  readonly licence: string;
  /** Who must be named, and for what. */
  readonly attribution: string;
  /** Top-1 accuracy in percent on the named data: of classes, or of words that were hidden. */
  readonly accuracy: readonly { readonly data: string; readonly top1: number }[];
};

export type ZooManifest = {
  /** The backbone of each kind that a command takes when none is named; null where there is none. */
  readonly defaults: Readonly<Record<Modality, string | null>>;
  readonly backbones: readonly ZooEntry[];
};
