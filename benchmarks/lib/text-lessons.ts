import { permutation, type Source, type Task } from "@graft-ml/core";
import {
  bucketSampler,
  openTokenClassifier,
  type TokenSource,
  textSource,
  textTask,
  tokenTask,
  wordSource,
} from "@graft-ml/nlp";
import { type LabelledText, openTexts, type TokenSample } from "@graft-ml/nlp/node";
import { sharedFolder } from "./networks.js";
import { accuracyOf, type Backbone } from "./text-methods.js";

type Part = "validation" | "test";

/** What is learned of a set of texts, whatever it is: examples are drawn, learned and judged. */
export type TextLesson = {
  readonly about: string;
  /** What the score is, in percent. */
  readonly metric: string;
  readonly head: "sequence" | "token";
  readonly outputs: number;
  readonly counts: Readonly<Record<Part | "train", number>>;
  /** So many examples, drawn by the seed, and what is trained on them. */
  draw(
    backbone: Pick<Backbone, "tokenizer">,
    options: { count: number; seed: number },
  ): { readonly train: TokenSource; readonly task: Task };
  score(trained: Backbone, part: Part): Promise<number>;
};

export const textLessons: Readonly<Record<string, () => Promise<TextLesson>>> = {
  "SST-2": async () =>
    classes("is a film sentence positive", await openTexts(sharedFolder("data/text/sst-2"))),
  "medical abstracts": async () => classes("which of five conditions", await abstracts()),
  "NCBI-disease": diseases,
};

/** Tokens of a text at most. */
const maxLength = 64;

/** Batches of texts of like length are padded little. */
export const byLength = (train: Source, seed: number) => ({
  sampler: bucketSampler(train as TokenSource, { batchSize: 16, seed }),
});

function few<T>(samples: readonly T[], { count, seed }: { count: number; seed: number }): T[] {
  return Array.from(permutation(seed, 0, samples.length).slice(0, count), (at) => samples[at]!);
}

type Parts<S> = Readonly<Record<Part | "train", readonly S[]>>;

const countsOf = ({ train, validation, test }: Parts<unknown>) => ({
  train: train.length,
  validation: validation.length,
  test: test.length,
});

type Classes = Parts<LabelledText> & { readonly classes: readonly string[] };

function classes(about: string, set: Classes): TextLesson {
  return {
    about,
    metric: "accuracy",
    head: "sequence",
    outputs: set.classes.length,
    counts: countsOf(set),
    draw: ({ tokenizer }, options) => ({
      train: textSource({ tokenizer, samples: few(set.train, options), maxLength }),
      task: textTask(),
    }),
    score: (trained, part) => accuracyOf(trained, { texts: set[part], classes: set.classes }),
  };
}

/** The set's own test file, the only one there is, in three parts. */
async function abstracts(): Promise<Classes> {
  const whole = await openTexts(sharedFolder("data/text/medical-abstracts/medical_tc_test.csv"), {
    validation: 0,
    text: "medical_abstract",
    label: "condition_label",
  });
  const all = few(whole.train, { count: whole.train.length, seed: 0 });
  const parts = { train: all.slice(0, 1400), validation: all.slice(1400, 1800) };
  return { classes: whole.classes, ...parts, test: all.slice(1800) };
}

async function diseases(): Promise<TextLesson> {
  const set = await openTexts(sharedFolder("data/text/ner-medical/ncbi-disease"), {
    task: "tokens",
  });
  const { tags } = set;
  return {
    about: "where diseases are named",
    metric: "entity F1",
    head: "token",
    outputs: tags.length,
    counts: countsOf(set),
    draw: ({ tokenizer }, options) => ({
      train: wordSource({ tokenizer, sentences: few(set.train, options), maxLength }),
      task: tokenTask({ tags }),
    }),
    score: (trained, part) => entityF1(trained, { tags, sentences: set[part] }),
  };
}

async function entityF1(
  trained: Backbone,
  { tags, sentences }: { tags: readonly string[]; sentences: readonly TokenSample[] },
): Promise<number> {
  const { tokenizer } = trained;
  const sorted = sentences.toSorted((a, b) => a.tokens.length - b.tokens.length);
  const classifier = await openTokenClassifier({ ...trained, tags, maxLength });
  try {
    const source = wordSource({ tokenizer, sentences: sorted, maxLength });
    const judging = classifier.evaluate(source);
    for (;;) {
      const { done, value } = await judging.next();
      if (done) return 100 * (value.metrics.f1 ?? 0);
    }
  } finally {
    await classifier.close();
  }
}
