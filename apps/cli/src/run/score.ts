import type { Engine, FineTuned } from "@graft-ml/core";
import { kinds } from "../task/kinds.js";
import type { Reading, TaskName } from "../task/reading.js";
import type { TaskData, TaskSample } from "../task/task-kind.js";
import type { Scored, ScoreProgress } from "./predictions.js";
import type { Prepared } from "./prepare.js";

type Input = Pick<Prepared, "dataset" | "names" | "entry"> & {
  readonly source: Pick<Prepared["source"], "input">;
  readonly task: TaskName;
  /** As the options say it. Default null. */
  readonly reject?: number | null;
  /** What the outputs mean, where that was decided before. */
  readonly reading?: Reading | undefined;
};

/** What a trained network says to the test samples, else to the validation, else to the training ones. */
export async function* scoreTrained(
  engine: Engine,
  trained: Pick<FineTuned, "model" | "weights">,
  input: Input,
  signal: AbortSignal,
): AsyncGenerator<ScoreProgress, Scored> {
  const { task, dataset, names, source, reject = null } = input;
  const kind = kinds[task];
  const { input: asking } = source;
  const opening = { ...trained, engine, input: asking };
  const entry = input.entry("plain");
  const { on, samples } = scoredPart(dataset);
  const rows = yield* kind.rows(opening, { samples, entry, signal });
  const reading = input.reading ?? (yield* decided());
  const predictions = kind.scored({ samples, rows, reading, names, asking });
  // A kind's predictions belong to its own reading.
  return { ...reading, on, predictions } as Scored;

  async function* decided(): AsyncGenerator<ScoreProgress, Reading> {
    const held = heldPart(dataset);
    const heldRows =
      held === samples ? rows : yield* kind.rows(opening, { samples: held, entry, signal });
    return kind.read({ samples: held, rows: heldRows, dataset, reject, asking });
  }
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

/** What outputs are read by must not be decided on the test samples. */
const heldPart = ({ train, validation }: TaskData): readonly TaskSample[] =>
  validation.length > 0 ? validation : train;
