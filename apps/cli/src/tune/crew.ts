import type { FineTuneEvent } from "@graft-ml/core";
import type { Params, PlacedContext } from "@graft-ml/hpo";
import type { QueueEvent } from "@graft-ml/hpo/bullmq";
import { workerPool } from "@graft-ml/hpo/node";
import type { DeviceEvent } from "../with-engine.js";
import { type FirstRead, openTrials } from "./open-trials.js";
import { openQueueCrew } from "./queue-crew.js";
import { readTask, tunePaths } from "./tune-folder.js";
import type { SearchEffort } from "./tuning.js";

export type CrewEvent =
  | DeviceEvent
  | {
      readonly type: "workers-started";
      readonly workers: number;
      /** Each computes with. */
      readonly threads: number;
      /** MiB a trial. */
      readonly memory?: number;
    }
  | { readonly type: "queue-joined"; readonly queue: string };

/** Who trains the trials of a search. */
export type Crew = {
  readonly objective: (
    params: Params,
    context: PlacedContext,
  ) => Promise<number | readonly number[]>;
  readonly event: CrewEvent;
  /** Of a queue: removes what is kept there of a search that has ended. */
  readonly forget?: () => Promise<void>;
  close(): Promise<void>;
};

type Input = {
  readonly folder: string;
  readonly effort: SearchEffort;
  /** What was read for the fixed options alone. */
  readonly first: FirstRead;
  readonly hear: (event: FineTuneEvent, number: number) => void;
  readonly tell: (event: QueueEvent) => void;
  readonly signal: AbortSignal;
};

/** This process, as many others as are asked for, or a queue's; a limit of memory needs one that may be ended. */
export async function openCrew(input: Input): Promise<Crew> {
  const { folder, effort, first, hear } = input;
  const { workers, threads, memory, queue } = effort;
  if (queue !== undefined) return await openQueueCrew({ ...input, queue });
  if (workers === 1 && memory === undefined) {
    const { times } = tunePaths(folder);
    const trials = await openTrials(await readTask(folder), { threads, first, times, hear });
    const { device, reason } = trials.engine;
    return { ...trials, event: { type: "device-chosen", device, reason } };
  }
  const limit = memory === undefined ? {} : { memory };
  const pool = await workerPool({ module: objectiveIn(folder), count: workers, threads, ...limit });
  return { ...pool, event: { type: "workers-started", workers, threads, ...limit } };
}

/** The module of the objective; a search names its folder in the address. */
function objectiveIn(folder: string): URL {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const module = new URL(`./objective.${ending}`, import.meta.url);
  module.searchParams.set("folder", folder);
  return module;
}
