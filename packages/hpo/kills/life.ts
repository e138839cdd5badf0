import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SearchEvent } from "../src/search/events.js";

const typescript = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const script = fileURLToPath(new URL("./search-process.ts", import.meta.url));

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
export function startLife(path: string, seed: number, workers: number): Life {
  const child = spawn(
    process.execPath,
    ["--import", typescript, script, path, String(seed), String(workers)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
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
