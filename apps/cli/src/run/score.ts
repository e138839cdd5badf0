import {
  type Engine,
  evaluationBatches,
  type FineTuned,
  GraftError,
  paramGroups,
  taskProgram,
} from "@graft-ml/core";
import { pictureTask } from "@graft-ml/vision";
import { kinds } from "../task/kinds.js";
import { namesOf, type TaskData, type TaskSample, taskOf } from "../task/task-kind.js";
import type { Scored } from "./predictions.js";
import type { Prepared } from "./prepare.js";

export type ScoreProgress = {
  readonly type: "eval-progress";
  readonly count: number;
  readonly total: number;
};

type Input = Pick<Prepared, "dataset" | "source" | "pictures"> & {
  /** As the options say it. Default null. */
  readonly reject?: number | null;
};

/** What a trained network says to the test pictures, else to the validation, else to the training ones. */
export async function* scoreTrained(
  engine: Engine,
  trained: FineTuned,
  input: Input,
  signal: AbortSignal,
): AsyncGenerator<ScoreProgress, Scored> {
  const { dataset, reject = null } = input;
  const kind = kinds[taskOf(dataset)];
  const { on, samples } = scoredPart(dataset);
  const rows = yield* outputsOf(engine, trained, { ...input, samples, signal });
  const held = heldPart(dataset);
  const heldRows =
    held === samples
      ? rows
      : yield* outputsOf(engine, trained, { ...input, samples: held, signal });
  const reading = kind.read({ samples: held, rows: heldRows, dataset, reject });
  const predictions = kind.scored({ samples, rows, reading, names: namesOf(dataset) });
  // A kind's predictions belong to its own reading.
  return { ...reading, on, predictions } as Scored;
}

async function* outputsOf(
  engine: Engine,
  { model, weights }: FineTuned,
  input: Input & { samples: readonly TaskSample[]; signal: AbortSignal },
): AsyncGenerator<ScoreProgress, readonly Float32Array[]> {
  const { source, pictures, samples, signal } = input;
  const program = taskProgram({ model, task: pictureTask(source) });
  const batchSize = Math.min(32, samples.length);
  const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
  const rows: Float32Array[] = [];
  try {
    for await (const batch of evaluationBatches(pictures(samples, "plain"), { batchSize })) {
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
}

function scoredPart({ train, validation, test }: TaskData): {
  on: Scored["on"];
  samples: readonly TaskSample[];
} {
  if (test.length > 0) return { on: "test", samples: test };
  return validation.length > 0
    ? { on: "validation", samples: validation }
    : { on: "train", samples: train };
}

/** What outputs are read by must not be decided on the test pictures. */
const heldPart = ({ train, validation }: TaskData): readonly TaskSample[] =>
  validation.length > 0 ? validation : train;
