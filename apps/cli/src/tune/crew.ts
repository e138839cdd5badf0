import type { FineTuneEvent } from "@graft-ml/core";
import type { Objective } from "@graft-ml/hpo";
import { workerPool } from "@graft-ml/hpo/node";
import type { Prepared } from "../run/prepare.js";
import type { DeviceEvent } from "../with-engine.js";
import { openTrials } from "./open-trials.js";
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
    };

/** Who trains the trials of a search. */
export type Crew = {
  readonly objective: Objective;
  readonly event: CrewEvent;
  close(): Promise<void>;
};

type Input = {
  readonly folder: string;
  readonly effort: SearchEffort;
  readonly prepared: Prepared;
  readonly hear: (event: FineTuneEvent, number: number) => void;
};

/** This process, or as many others as are asked for; a limit of memory needs one that may be ended. */
export async function openCrew({ folder, effort, prepared, hear }: Input): Promise<Crew> {
  const { workers, threads, memory } = effort;
  if (workers === 1 && memory === undefined) {
    const { times } = tunePaths(folder);
    const trials = await openTrials(await readTask(folder), { threads, prepared, times, hear });
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
