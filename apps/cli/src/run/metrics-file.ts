import { type FileHandle, open } from "node:fs/promises";
import { type FineTuneEvent, GraftError } from "@graft-ml/core";
import { writing } from "./writing.js";

/** The metrics.jsonl of a run: what was learned, without times, so that a resumed run writes the same bytes. */
export type MetricsFile = {
  /** Throws `disk-write-failed`. */
  write(event: FineTuneEvent): Promise<void>;
  /** Bytes so far, flushed to the disk: where a resumed run cuts. */
  flush(): Promise<number>;
  close(): Promise<void>;
};

/**
 * Opens it to go on at this many bytes; what comes after them belongs to no checkpoint and is cut off.
 * Throws `disk-write-failed`, and `run-invalid` for a file that has lost some.
 */
export async function openMetrics(path: string, from: number): Promise<MetricsFile> {
  const file = await writing(path, () => open(path, "a"));
  try {
    const { size } = await file.stat();
    if (size < from) throw shortened(path, { size, from });
    await writing(path, () => file.truncate(from));
  } catch (error) {
    await file.close();
    throw error;
  }
  let bytes = from;
  return {
    write: async (event) => {
      const line = metricsLine(event);
      if (line !== undefined) bytes += await writing(path, () => append(file, line));
    },
    flush: async () => {
      await writing(path, () => file.datasync());
      return bytes;
    },
    close: () => file.close(),
  };
}

const shortened = (path: string, { size, from }: { size: number; from: number }): GraftError =>
  new GraftError(
    "run-invalid",
    `${path} has ${size} bytes and had ${from} when the checkpoint was saved. Put the whole file back, or remove the run's checkpoints to train it anew.`,
    { details: { path, size, from } },
  );

async function append(file: FileHandle, line: string): Promise<number> {
  const text = new TextEncoder().encode(`${line}\n`);
  await file.appendFile(text);
  return text.length;
}

const kept = [
  "step-end",
  "epoch-end",
  "rate-lowered",
  "rolled-back",
  "stopped-early",
  "best-restored",
];
const times = ["samplesPerSecond", "secondsLeft", "seconds"];

function metricsLine(event: FineTuneEvent): string | undefined {
  if (!kept.includes(event.type)) return undefined;
  const fields = Object.entries(event).filter(([key]) => !times.includes(key));
  return JSON.stringify(Object.fromEntries(fields));
}
