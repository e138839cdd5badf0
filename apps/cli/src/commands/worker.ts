import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { WorkerEvent } from "@graft-ml/hpo/bullmq";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { positiveNumber, wholeNumber } from "../numbers.js";
import { many } from "../report/numbers.js";
import { resultOf } from "../result-of.js";
import { prepare } from "../run/prepare.js";
import { queueWarning } from "../terminal/queue-view.js";
import type { View } from "../terminal/render.js";
import { requireSameData } from "../tune/open-trials.js";
import { type Here, queueObjective, taskHere } from "../tune/queue-objective.js";
import { QUEUE, queueAddress, queueVersion } from "../tune/queue-place.js";
import { openTarget } from "../tune/target.js";
import { flagsOf } from "../tune/train-parameters.js";
import { trialOptions } from "../tune/trial-options.js";

type Flags = Omit<CommonOptions, "strict"> & {
  queue: string;
  name?: string | undefined;
  concurrency: number;
  threads?: number | undefined;
  memory?: number | undefined;
  data?: string | undefined;
  target?: string | undefined;
  farewell: number;
  alive?: string | undefined;
};

/** How often a worker says that it lives, in milliseconds. */
const PULSE = 10_000;

/** Trains the trials of the searches in a queue, until it is interrupted. */
async function* work(flags: Flags, { signal }: Context): AsyncGenerator<WorkerEvent> {
  const { queue, name, concurrency, memory, data, target, device, farewell, alive } = flags;
  const connection = queueAddress(queue);
  // Only here: other commands need no queue.
  const { serveTrials } = await import("@graft-ml/hpo/bullmq");
  const features = await mkdtemp(join(tmpdir(), "graft-worker-"));
  const here: Here = {
    data: data === undefined ? null : resolve(data),
    target: target === undefined ? null : resolve(target),
    features,
    device: device === "auto" ? null : device,
  };
  const stopPulse = pulse(alive);
  try {
    yield* serveTrials({
      ...{ connection, queue: QUEUE, version: queueVersion, concurrency, farewell, signal },
      module: queueObjective(here),
      accept: (task) => requireData(task, here, signal),
      threads: flags.threads ?? Math.max(1, Math.floor(availableParallelism() / concurrency)),
      ...(name === undefined ? {} : { name }),
      ...(memory === undefined ? {} : { memory }),
    });
  } finally {
    stopPulse();
    await rm(features, { recursive: true, force: true });
  }
}

/** Throws where the data of a search, or its backbone, are not here, or not the same. */
async function requireData(given: unknown, here: Here, signal: AbortSignal): Promise<void> {
  const task = taskHere(given, here);
  const prepared = await resultOf(prepare(trialOptions(task.fixed, {}), signal, task.check));
  requireSameData(task, prepared);
  if (task.target) await resultOf(openTarget(task, prepared, signal));
}

/** Writes the time to a file, now and then. */
function pulse(file: string | undefined): () => void {
  if (file === undefined) return () => {};
  const beat = (): void => {
    // Who looks at the file sees it grow old.
    writeFile(file, `${new Date().toISOString()}\n`).catch(() => {});
  };
  beat();
  const timer = setInterval(beat, PULSE);
  return () => clearInterval(timer);
}

const workerView: View<WorkerEvent> = {
  line: (event) => lineOf(event),
  warning: (event) => queueWarning(event) ?? troubleOf(event),
};

function troubleOf(event: WorkerEvent): string | undefined {
  if (event.type === "worker-trouble") return event.reason;
  if (event.type !== "trial-note") return undefined;
  return `trial ${event.number} is trained again from its beginning: ${event.text}`;
}

function lineOf(event: WorkerEvent): string | undefined {
  switch (event.type) {
    case "worker-start":
      return `${event.name} trains for queue ${event.queue}, ${many(event.concurrency, "trial")} at a time`;
    case "trial-start":
      return `trial ${event.number} begins: ${flagsOf(event.params).join(" ")}`;
    case "trial-end":
      return `trial ${event.number} ${endWords[event.state]} after ${event.seconds.toFixed(1)} s${event.reason === undefined ? "" : `: ${event.reason}`}`;
    case "worker-stop":
      return event.running === 0 ? undefined : `Stops after ${many(event.running, "trial")}`;
    default:
      return undefined;
  }
}

const endWords = {
  done: "has ended",
  failed: "has stopped",
  lost: "is lost",
  returned: "is given back",
} as const;

export const workerCommand = (launch: Launch) =>
  command("worker", {
    summary: "Train trials for the searches of a queue in Redis, until it is stopped.",
    examples: [
      "graft worker --queue redis://queue.local:6379",
      "graft worker --queue redis://queue.local:6379 --concurrency 2 --threads 4 --memory 4000",
      "graft worker --queue redis://queue.local:6379 --data /mnt/pictures   # where they lie elsewhere",
      "graft tune pictures --queue redis://queue.local:6379                 # the other side",
    ],
  })
    .requiredOption(
      "--queue <url>",
      "Redis, such as redis://localhost:6379; its password is given by GRAFT_QUEUE_PASSWORD",
    )
    .option("--name <name>", "how this worker is told from others (default: its host and process)")
    .option("--concurrency <n>", "trials at a time, each in a process", wholeNumber(1), 1)
    .option(
      "--threads <n>",
      "each trial computes with (default: those there are, shared out)",
      wholeNumber(1),
    )
    .option("--memory <mib>", "a trial that holds more has failed", positiveNumber)
    .option("--data <path>", "where the search's data lie here (default: the same path)")
    .option("--target <path>", "the same for what --target of graft tune names")
    .option(
      "--farewell <seconds>",
      "that trials have to end when the worker is stopped; later they are given back",
      wholeNumber(0),
      20,
    )
    .option("--alive <file>", "written every 10 seconds, for whoever watches over workers")
    .action((options) => launch(options, (context) => work(options, context), workerView));
