import { type FileHandle, open } from "node:fs/promises";
import type { FineTuneEvent } from "@graft-ml/core";

/** The metrics.jsonl of a run: what was learned, without times, so that a resumed run writes the same bytes. */
export type MetricsFile = {
  write(event: FineTuneEvent): Promise<void>;
  /** Bytes so far: where a resumed run cuts. */
  bytes(): number;
  close(): Promise<void>;
};

/** Opens it to go on at this many bytes; what comes after them belongs to no checkpoint and is cut off. */
export async function openMetrics(path: string, from: number): Promise<MetricsFile> {
  const file = await open(path, "a");
  try {
    await file.truncate(from);
  } catch (error) {
    await file.close();
    throw error;
  }
  let bytes = from;
  return {
    write: async (event) => {
      const line = metricsLine(event);
      if (line !== undefined) bytes += await append(file, line);
    },
    bytes: () => bytes,
    close: () => file.close(),
  };
}

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
