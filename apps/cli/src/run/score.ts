import {
  type Engine,
  evaluationBatches,
  type FineTuned,
  GraftError,
  paramGroups,
  taskProgram,
} from "@graft-ml/core";
import { pictureTask } from "@graft-ml/vision";
import type { PictureDataset, PictureSample } from "@graft-ml/vision/node";
import type { PicturePrediction, Scored } from "./predictions.js";
import type { Prepared } from "./prepare.js";

export type ScoreProgress = {
  readonly type: "eval-progress";
  readonly count: number;
  readonly total: number;
};

/** What a trained network says to the test pictures, else to the validation, else to the training ones. */
export async function* scoreTrained(
  engine: Engine,
  trained: FineTuned,
  { dataset, source, pictures }: Pick<Prepared, "dataset" | "source" | "pictures">,
  signal: AbortSignal,
): AsyncGenerator<ScoreProgress, Scored> {
  const { on, samples } = scoredPart(dataset);
  const { classes } = dataset;
  const { model, weights } = trained;
  const program = taskProgram({ model, task: pictureTask(source) });
  const batchSize = Math.min(32, samples.length);
  const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
  const predictions: PicturePrediction[] = [];
  try {
    for await (const batch of evaluationBatches(pictures(samples, "plain"), { batchSize })) {
      if (signal.aborted)
        throw new GraftError("aborted", `Scoring stopped after ${predictions.length} pictures.`);
      const { outputs } = await session.run(program, batch);
      const logits = outputs.logits?.data as Float32Array;
      // The last batch is filled up: its further rows are nobody's.
      const shown = samples.slice(predictions.length, predictions.length + batchSize);
      for (const [row, sample] of shown.entries()) {
        const scores = logits.subarray(row * classes.length, (row + 1) * classes.length);
        predictions.push(predictionOf(sample, scores, classes));
      }
      yield { type: "eval-progress", count: predictions.length, total: samples.length };
    }
  } finally {
    await session.close();
  }
  return { on, predictions };
}

function predictionOf(
  { name, label }: PictureSample,
  logits: Float32Array,
  classes: readonly string[],
): PicturePrediction {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const logSum = highest + Math.log(logits.reduce((sum, one) => sum + Math.exp(one - highest), 0));
  const loss = logSum - logits[label]!;
  if (!Number.isFinite(loss)) {
    throw new GraftError(
      "loss-not-finite",
      `The loss of ${name} is ${loss}: the weights give scores that are not finite. Train with a lower learning rate.`,
      { details: { name, loss } },
    );
  }
  const top = classes
    .map((each, i) => ({ label: each, score: Math.exp(logits[i]! - logSum) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 3);
  return { picture: name, truth: classes[label]!, loss, top };
}

function scoredPart({ train, validation, test }: PictureDataset): {
  on: Scored["on"];
  samples: readonly PictureSample[];
} {
  if (test.length > 0) return { on: "test", samples: test };
  return validation.length > 0
    ? { on: "validation", samples: validation }
    : { on: "train", samples: train };
}
