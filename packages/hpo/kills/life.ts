import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SearchEvent } from "../src/search/events.js";

const typescript = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** What a process searches with. */
export type LifeSetting = {
  /** Of the journal; absent: it is in Redis. */
  readonly path?: string;
  readonly seed: number;
  /** Trials at once in processes of their own, or in the queue; 0: in the process that searches. */
  readonly workers: number;
  readonly queue?: QueueAt;
};

/** A queue of the search's name. */
export type QueueAt = { readonly address: string; readonly name: string };

/** What a process serves a queue with. */
export type ServingSetting = {
  readonly queue: QueueAt;
  /** Trials at once. */
  readonly concurrency: number;
  /** Seconds. */
  readonly lease: number;
  /** Of the objective. */
  readonly module: string;
};

/** A process that searches. */
export type Life = {
  /** What it told before it ended. */
  readonly events: readonly SearchEvent[];
  /** When it has told something. */
  readonly begun: Promise<void>;
  /** Its exit code; null of one that was killed. */
  readonly ended: Promise<number | null>;
  /** False where it has ended already. */
  kill(): boolean;
  /** Kills one of its workers; false where there is none. */
  killWorker(choose: number): boolean;
};

/** Starts a process that searches with a journal. */
export const startLife = (setting: LifeSetting): Life =>
  startProcess("search-process.ts", [JSON.stringify(setting)]);

/** Starts a process that serves a queue until it is killed. */
export const startQueueWorker = (setting: ServingSetting): Life =>
  startProcess("queue-worker.ts", [JSON.stringify(setting)]);

function startProcess(script: string, given: readonly string[]): Life {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ["--import", typescript, path, ...given], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const events: SearchEvent[] = [];
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  createInterface(child.stdout).on("line", (line) => {
    // A killed process may leave half a line.
    if (line.endsWith("}")) events.push(JSON.parse(line) as SearchEvent);
    begin();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", (code) => {
      begin();
      resolve(code);
    });
  });
  return {
    events,
    begun,
    ended,
    kill: () => child.kill("SIGKILL"),
    killWorker(choose) {
      const children = childrenOf(child.pid!);
      const pid = children[Math.floor(choose * children.length)];
      if (pid === undefined) return false;
      try {
        return process.kill(pid, "SIGKILL");
      } catch {
        return false;
      }
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return [];
  }
}
