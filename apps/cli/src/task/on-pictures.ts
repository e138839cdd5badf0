import {
  evaluationBatches,
  GraftError,
  paramGroups,
  type Source,
  taskProgram,
} from "@graft-ml/core";
import { openPictureNetwork, type Picture, pictureTask } from "@graft-ml/vision";
import { type PictureEntry, pictures } from "../modality/pictures.js";
import type { ScoreProgress } from "../run/predictions.js";
import type { TrainOptions } from "../run/train-options.js";
import { preprocessOf } from "../source/model-input.js";
import { columnsGiven } from "./on-texts.js";
import { refuse } from "./refuse.js";
import type { Answering, Opening, TaskSample } from "./task-kind.js";

/** Throws `usage` for options that only texts know. */
export const checkForPictures = (options: TrainOptions): void =>
  refuse(
    [...columnsGiven(options), [options.maxLength !== null, "--max-length"]],
    "is for texts, and the data are pictures",
  );

/** What all kinds on pictures have in common, whatever they tell. */
export const onPictures = <S extends TaskSample>(
  sourceOf: (options: Omit<PictureEntry, "of"> & { samples: readonly S[] }) => Source,
) => ({
  modality: pictures,
  usual: {},
  source: (samples: readonly S[], { of: _, ...entry }: PictureEntry) =>
    sourceOf({ ...entry, samples }),
  answering: ({ input, ...opening }: Opening): Promise<Answering<Picture>> =>
    openPictureNetwork({ ...opening, preprocess: preprocessOf(input) }),
  async *rows(
    { engine, model, weights, input }: Opening,
    given: { samples: readonly S[]; entry: PictureEntry; signal: AbortSignal },
  ): AsyncGenerator<ScoreProgress, readonly Float32Array[]> {
    const { samples, entry, signal } = given;
    const { of: _, ...options } = entry;
    const program = taskProgram({
      model,
      task: pictureTask({ preprocess: preprocessOf(input) }),
    });
    const batchSize = Math.min(32, samples.length);
    const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
    const rows: Float32Array[] = [];
    try {
      const source = sourceOf({ ...options, samples });
      for await (const batch of evaluationBatches(source, { batchSize })) {
        if (signal.aborted)
          throw new GraftError("aborted", `Scoring stopped after ${rows.length} pictures.`);
        const { outputs } = await session.run(program, batch);
        const all = outputs.logits?.data as Float32Array;
        const width = all.length / batchSize;
        // The last batch is filled up: its further rows are nobody's.
        const left = Math.min(batchSize, samples.length - rows.length);
        for (let row = 0; row < left; row++) rows.push(all.slice(row * width, (row + 1) * width));
        yield { type: "eval-progress", count: rows.length, total: samples.length };
      }
    } finally {
      await session.close();
    }
    return rows;
  },
});
