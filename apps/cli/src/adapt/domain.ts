import type { TextPair } from "@graft-ml/nlp";
import type { PictureCache, PictureFile } from "@graft-ml/vision/node";

/** Samples of one domain, and where they are from. */
export type Domain<S = DomainSample> = {
  readonly data: string;
  readonly samples: readonly S[];
  /** The class of each, by its place among the source's; undefined where nobody knows. */
  readonly labels?: readonly number[];
  /** Its pictures, decoded for the backbone that they were read for. */
  readonly cache?: PictureCache;
};

/** A picture, or a text that may have a second one beside it. */
export type DomainSample = PictureFile | TextPair;

/** Samples of which every one has a class. */
export type LabelledDomain<S = DomainSample> = Domain<S> & {
  readonly labels: readonly number[];
  readonly classes: readonly string[];
};

/** Parts of a data set. */
export type Part = "train" | "validation" | "test";

/** Which columns of a table of texts hold what. */
export type TextColumns = {
  readonly text?: string | undefined;
  readonly label?: string | undefined;
};
