import {
  type Engine,
  type FineTuned,
  type FineTuneEvent,
  fineTune,
  type Json,
} from "@graft-ml/core";
import { fileFeatureStore } from "@graft-ml/core/node";
import { type FoundRunCheckpoint, saveRunCheckpoint } from "./checkpoints.js";
import { classifierOptions, watched } from "./classifier-options.js";
import type { MetricsFile } from "./metrics-file.js";
import type { Prepared } from "./prepare.js";
import type { TimesFile } from "./times-file.js";
import type { TrainOptions } from "./train-options.js";

type TrainEnd = Extract<FineTuneEvent, { type: "train-end" }>;

export type TrainOnceEvent =
  | Exclude<FineTuneEvent, TrainEnd>
  | (Omit<TrainEnd, "type"> & { readonly type: "phase-end" });

export type TrainOnceInput = {
  readonly options: TrainOptions;
  readonly prepared: Prepared;
  /** Where it goes on from. */
  readonly found?: FoundRunCheckpoint | undefined;
  /** Folders for its checkpoints, and for features, which several trainings may share. */
  readonly checkpoints: string;
  readonly features: string;
  /** Says which pictures those of the features are. */
  readonly dataKey: Json;
  readonly metrics: MetricsFile;
  readonly times: TimesFile;
  readonly signal: AbortSignal;
};

/** One training to its end, with its checkpoints, metrics and times. */
export async function* trainOnce(
  engine: Engine,
  input: TrainOnceInput,
): AsyncGenerator<TrainOnceEvent, FineTuned> {
  const { options, prepared, found, metrics, times, signal } = input;
  const training = fineTune({
    ...classifierOptions(options, prepared, engine),
    store: fileFeatureStore({ folder: input.features, precision: options.features }),
    dataKey: [input.dataKey, options.augment],
    signal,
    checkpoint: {
      everySeconds: options.saveSeconds,
      ...(options.saveEvery === null ? {} : { everySteps: options.saveEvery }),
      save: async (checkpoint) => {
        const metricsBytes = await metrics.flush();
        const { keep, task } = options;
        const best = watched(task);
        await saveRunCheckpoint(input.checkpoints, checkpoint, { metricsBytes, keep, best });
      },
    },
    ...(found ? { resume: found.checkpoint } : {}),
  });
  for await (const event of training) {
    await metrics.write(event);
    await times.see(event);
    yield event.type === "train-end" ? { ...event, type: "phase-end" } : event;
  }
  return training.result();
}
