import type { WorkerObjective } from "@graft-ml/hpo/node";
import { enableProdMode } from "@tensorflow/tfjs-core";
import { openTrials, type Trials } from "./open-trials.js";
import { readTask, tunePaths } from "./tune-folder.js";

let opened: Promise<Trials> | undefined;

/** A trial of the search in the folder that this module's address names (?folder=...): what a worker process runs. */
export const objective: WorkerObjective = async (params, context) => {
  opened ??= open(context.threads);
  return (await opened).objective(params, context);
};

async function open(threads: number): Promise<Trials> {
  // A process of its own, which tfjs tells about its native binding as it does the command's.
  enableProdMode();
  const folder = new URL(import.meta.url).searchParams.get("folder") ?? ".";
  return openTrials(await readTask(folder), { threads, times: tunePaths(folder).times });
}
