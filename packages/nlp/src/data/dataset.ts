import type { Sample } from "@graft-ml/core";

/** A text that nothing is said about. */
export type TextSample = Sample & {
  readonly text: string;
  /** The second text of a pair. */
  readonly pair?: string;
};

export type LabelledText = TextSample & {
  /** Its place in `classes`. */
  readonly label: number;
};

export type TargetText = TextSample & {
  /** One for each of `names`: 0 or 1 for labels, any number for regression. */
  readonly targets: readonly number[];
};

/** A sentence in words. */
export type TokenSample = Sample & {
  readonly tokens: readonly string[];
  /** For each token its place in `tags`. */
  readonly labels: readonly number[];
};

export type Answer = {
  readonly text: string;
  /** Where it begins in the context, in UTF-16 units as strings count here. */
  readonly start: number;
};

export type QuestionSample = Sample & {
  /** The question's own name in its file. */
  readonly id: string;
  readonly question: string;
  readonly context: string;
  /** All that are right; none where the context does not answer the question. */
  readonly answers: readonly Answer[];
};

/** A row left out, and why. */
export type SkippedText = { readonly name: string; readonly reason: string };

/** Samples in three parts, as plain JSON. */
export type TextParts<S extends Sample = Sample> = {
  readonly root: string;
  readonly train: readonly S[];
  readonly validation: readonly S[];
  readonly test: readonly S[];
  /** Rows and files that could not be used. */
  readonly skipped: readonly SkippedText[];
  /** What was found out or decided while reading, in words for people. */
  readonly notes: readonly string[];
};

/** Texts or pairs of texts of one class each. */
export type TextDataset = TextParts<LabelledText> & {
  readonly task: "classes";
  /** Sorted by code unit, or by value where all are numbers, unless they were given. */
  readonly classes: readonly string[];
};

/** Texts with several labels each, or with numbers. */
export type TextTable = TextParts<TargetText> & {
  readonly task: "multi-label" | "regression";
  /** The labels, sorted as classes are, or the columns of numbers. */
  readonly names: readonly string[];
};

/** Sentences with a tag for each word. */
export type TokenDataset = TextParts<TokenSample> & {
  readonly task: "tokens";
  /** "O", then B- and I- of each type, the types sorted, unless they were given. */
  readonly tags: readonly string[];
};

/** Questions about texts, in the manner of SQuAD. */
export type QuestionDataset = TextParts<QuestionSample> & { readonly task: "qa" };

/** Texts alone, for masked language modelling. */
export type PlainTexts = TextParts<TextSample> & { readonly task: "texts" };

/** What each task's data set is. */
export type TextDatasets = {
  readonly classes: TextDataset;
  readonly "multi-label": TextTable;
  readonly regression: TextTable;
  readonly tokens: TokenDataset;
  readonly qa: QuestionDataset;
  readonly texts: PlainTexts;
};

export type TextTask = keyof TextDatasets;
