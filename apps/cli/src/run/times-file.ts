import { existsSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import type { FineTuneEvent } from "@graft-ml/core";
import { z } from "zod";
import { readJsonLines } from "../terminal/json-lines.js";
import { cutUnfinishedLine, writing } from "./writing.js";

const stretch = z.object({
  phase: z.string(),
  /** Wall clock. */
  seconds: z.number(),
  /** How many went through, each as often as it did. */
  samples: z.int().optional(),
});

/** A stretch of a run's work. Repeats after a kill are told again: they were spent, too. */
export type Stretch = z.infer<typeof stretch>;

/** The times.jsonl of a run: what took how long, apart from metrics.jsonl, whose bytes a resumed run repeats. */
export type TimesFile = {
  /** Ends a stretch at the end of each epoch and of each extraction. */
  see(event: FineTuneEvent): Promise<void>;
  write(stretch: Stretch): Promise<void>;
};

/** Throws `disk-write-failed`, now and in writing. */
export async function openTimes(
  path: string,
  { batchSize }: { batchSize: number },
): Promise<TimesFile> {
  await cutUnfinishedLine(path);
  let since = performance.now();
  let steps = 0;
  const write = (one: Stretch) => writing(path, () => appendFile(path, `${JSON.stringify(one)}\n`));
  const end = (phase: string, samples: number) => {
    const seconds = (performance.now() - since) / 1000;
    since = performance.now();
    steps = 0;
    return write({ phase, seconds, samples });
  };
  return {
    write,
    see: async (event) => {
      if (event.type === "step-end") steps += 1;
      else if (event.type === "phase-start") since = performance.now();
      else if (event.type === "epoch-end") await end(event.phase, steps * batchSize);
      else if (event.type === "extract-end" && !event.cached) await end("features", event.count);
    },
  };
}

/** None where the run was made before times were kept. */
export const readTimes = async (path: string): Promise<readonly Stretch[]> =>
  existsSync(path) ? readJsonLines(path, stretch) : [];
