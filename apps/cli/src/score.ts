import type { Engine, FineTuned } from "@graft-ml/core";
import { openClassifier } from "@graft-ml/vision";
import type { PictureDataset, PictureSample } from "@graft-ml/vision/node";
import type { Score } from "./model-card.js";
import type { Prepared } from "./prepare.js";

export type ScoreProgress = {
  readonly type: "eval-progress";
  readonly count: number;
  readonly total: number;
};

/** How well a trained network does on the test pictures, else on the validation, else on the training ones. */
export async function* scoreTrained(
  engine: Engine,
  trained: FineTuned,
  { dataset, source, pictures }: Pick<Prepared, "dataset" | "source" | "pictures">,
  signal: AbortSignal,
): AsyncGenerator<ScoreProgress, Score> {
  const { on, samples } = scoredPart(dataset);
  const { preprocess } = source;
  const { classes } = dataset;
  const classifier = await openClassifier({ engine, ...trained, preprocess, classes });
  let score: Score = { on, count: 0, accuracy: Number.NaN, macroF1: Number.NaN, loss: Number.NaN };
  try {
    for await (const event of classifier.evaluate(pictures(samples, "plain"), { signal })) {
      if (event.type === "eval-progress") yield { ...event, total: samples.length };
      else
        score = {
          on,
          count: event.count,
          accuracy: event.accuracy,
          macroF1: event.macroF1,
          loss: event.loss,
        };
    }
  } finally {
    await classifier.close();
  }
  return score;
}

function scoredPart({ train, validation, test }: PictureDataset): {
  on: Score["on"];
  samples: readonly PictureSample[];
} {
  if (test.length > 0) return { on: "test", samples: test };
  return validation.length > 0
    ? { on: "validation", samples: validation }
    : { on: "train", samples: train };
}
