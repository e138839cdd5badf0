import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What tells a process from all others, also from a later one of the same number. */
export type ProcessMark = {
  /** Within which process numbers mean anything: a host since it started, or a container. */
  readonly host: string;
  readonly pid: number;
  /** When it started, in the system's own words; null where the system doesn't tell. */
  readonly start: string | null;
};

/** Of this process. */
export const ownMark = (): ProcessMark => ({
  host: hostOf(),
  pid: process.pid,
  start: lifeOf(process.pid)?.start ?? null,
});

/** Whether a process is there; `unknown` on other hosts, and where its number may be another's by now. */
export function stateOf(mark: ProcessMark): "alive" | "dead" | "unknown" {
  if (mark.host !== hostOf()) return "unknown";
  if (!isNumberTaken(mark.pid)) return "dead";
  const life = lifeOf(mark.pid);
  if (!life || mark.start === null) return "unknown";
  return life.start === mark.start && !life.isZombie ? "alive" : "dead";
}

function isNumberTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

type Life = { readonly start: string; readonly isZombie: boolean };

function lifeOf(pid: number): Life | undefined {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The command before it may hold anything, brackets too.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return { start: fields[19]!, isZombie: "ZX".includes(fields[0]!) };
    }
    if (process.platform === "win32") return undefined;
    const [state = "", ...start] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
    })
      .trim()
      .split(/\s+/);
    return { start: start.join(" "), isZombie: state.startsWith("Z") };
  } catch {
    // Gone between two looks, or a system without either.
    return undefined;
  }
}

let host: string | undefined;

function hostOf(): string {
  host ??= [hostname(), ...(process.platform === "linux" ? linuxMarks() : [])].join(" ");
  return host;
}

/** Two containers may share a name but not the numbers of their processes; nor do two starts of a host. */
function linuxMarks(): readonly string[] {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return [boot, readlinkSync("/proc/self/ns/pid")];
}
