import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { SearchError } from "../error.js";

/** How long a process may grow unseen, in milliseconds. */
const GLANCE = 100;

/**
 * Calls once when a process's resident memory is above a number of MiB, on Linux and macOS, looking ten times a
 * second. Gives what ends the watch.
 */
export function watchMemory(pid: number, most: number | undefined, then: () => void): () => void {
  if (most === undefined) return () => {};
  const timer = setInterval(() => {
    const now = residentOf(pid);
    if (now === undefined || now <= most) return;
    clearInterval(timer);
    then();
  }, GLANCE);
  return () => clearInterval(timer);
}

/** Throws `config-invalid` on a system that doesn't tell a process's memory. */
export function checkMemoryWatch(most: number | undefined): void {
  if (most === undefined) return;
  if (!(most > 0)) throw new SearchError("config-invalid", `memory is ${most}. Give MiB above 0.`);
  if (residentOf(process.pid) !== undefined) return;
  throw new SearchError(
    "config-invalid",
    `memory is ${most} MiB, and ${process.platform} doesn't tell a process's memory. Leave it out.`,
  );
}

/** MiB; `undefined` of a process that is gone. */
function residentOf(pid: number): number | undefined {
  try {
    if (process.platform === "linux") {
      const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      return kib === undefined ? undefined : Number(kib) / 1024;
    }
    if (process.platform === "win32") return undefined;
    return (
      Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024
    );
  } catch {
    // It ended between two looks, which its exit tells.
    return undefined;
  }
}
