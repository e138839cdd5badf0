import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { isUnfinished } from "@graft-ml/core/node";

/** When to kill: this long after the start, at an event, or while a file is being written. */
export type Aim =
  | { readonly at: "clock"; readonly seconds: number }
  | { readonly at: "event"; readonly type: string; readonly count: number }
  /** `under` is the beginning of a path within the run folder: "checkpoints", "model/config.json". */
  | { readonly at: "write"; readonly under: string; readonly count: number };

/** What was seen of a process up to its end. */
export type Life = {
  /** Null: killed. */
  readonly code: number | null;
  readonly stderr: string;
  readonly seconds: number;
  /** How often each type of event was told. */
  readonly events: ReadonlyMap<string, number>;
  /** Each write of a file that was seen, by its path, in order. */
  readonly writes: readonly string[];
  /** The last of training: "head 12". */
  readonly place: string;
  /** Files that the kill cut off. */
  readonly cut: readonly string[];
};

/** Runs a command with --json on a run folder, and kills it (SIGKILL) where it is aimed at. */
export async function live(
  command: readonly string[],
  { run, aim }: { run: string; aim?: Aim | undefined },
): Promise<Life> {
  const [program = "", ...args] = command;
  const began = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const seen = watcher(run);
  let stderr = "";
  const isDue = (): boolean =>
    aim?.at === "clock"
      ? performance.now() - began >= 1000 * aim.seconds
      : aim !== undefined && seen.count(aim) >= aim.count;
  const look = (): void => {
    seen.look();
    if (isDue()) child.kill("SIGKILL");
  };
  const timer = setInterval(look, 1);
  child.stderr.on("data", (text: Buffer) => {
    stderr += text.toString();
  });
  child.stdout.on("data", (text: Buffer) => {
    seen.hear(text.toString());
    look();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(() => clearInterval(timer));
  const seconds = (performance.now() - began) / 1000;
  return { code, stderr, seconds, ...seen.all(), cut: unfinishedIn(run).map(plainName) };
}

function watcher(run: string) {
  const events = new Map<string, number>();
  const writes = new Set<string>();
  let place = "start";
  let half = "";
  const tell = (line: string): void => {
    const { type, phase, step } = JSON.parse(line) as { type: string; [key: string]: unknown };
    events.set(type, (events.get(type) ?? 0) + 1);
    if (phase !== undefined) place = `${phase} ${step ?? ""}`.trim();
  };
  return {
    hear: (text: string) => {
      const lines = (half + text).split("\n");
      half = lines.pop() ?? "";
      for (const line of lines) tell(line);
    },
    look: () => {
      for (const path of unfinishedIn(run)) writes.add(path);
    },
    count: (aim: Exclude<Aim, { at: "clock" }>): number =>
      aim.at === "event"
        ? (events.get(aim.type) ?? 0)
        : [...writes].filter((path) => plainName(path).startsWith(aim.under)).length,
    all: () => ({ events, writes: [...writes].map(plainName), place }),
  };
}

/** Below a run folder; its names are few, and it may be changing. */
function unfinishedIn(run: string): readonly string[] {
  try {
    return readdirSync(run, { recursive: true, withFileTypes: true })
      .filter(({ name }) => isUnfinished(name))
      .map(({ parentPath, name }) => relative(run, join(parentPath, name)));
  } catch {
    return [];
  }
}

/** "model/.config.json.0f3a....tmp" is model/config.json in the making. */
const plainName = (path: string): string => path.replace(/\.([^/]+)\.[\da-f-]{36}\.tmp$/, "$1");
