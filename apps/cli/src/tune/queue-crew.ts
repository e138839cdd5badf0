import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import type { QueueEvent } from "@graft-ml/hpo/bullmq";
import { z } from "zod";
import { readJson } from "../files.js";
import type { Crew } from "./crew.js";
import { QUEUE, queueAddress, queueVersion } from "./queue-place.js";
import { readTask } from "./tune-folder.js";

type Input = {
  readonly folder: string;
  /** The address of Redis. */
  readonly queue: string;
  readonly tell: (event: QueueEvent) => void;
  readonly signal: AbortSignal;
};

/** The workers of a queue, which train the trials of the search in a folder. */
export async function openQueueCrew({ folder, queue, tell, signal }: Input): Promise<Crew> {
  // Only here: other searches need no queue.
  const { queueWorkers } = await import("@graft-ml/hpo/bullmq");
  const { fixed, ...rest } = await readTask(folder);
  const data = existsSync(fixed.data) ? resolve(fixed.data) : fixed.data;
  const workers = await queueWorkers({
    ...{ connection: queueAddress(queue), queue: QUEUE, version: queueVersion, signal },
    search: await nameOf(folder),
    task: { ...rest, fixed: { ...fixed, data } },
  });
  const listening = (async () => {
    for await (const event of workers.events()) tell(event);
  })();
  return {
    objective: workers.objective,
    event: { type: "queue-joined", queue },
    forget: workers.forget,
    async close() {
      await workers.close();
      await listening;
    },
  };
}

const queueFile = z.object({ search: z.string() });

/** The search's name in queues, made up when it is first asked for. */
async function nameOf(folder: string): Promise<string> {
  const path = join(folder, "queue.json");
  if (existsSync(path)) return (await readJson(path, queueFile, "run-invalid")).search;
  const search = randomUUID();
  await writeFileAtomic(path, `${JSON.stringify({ search })}\n`);
  return search;
}
