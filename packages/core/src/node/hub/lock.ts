import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { pause } from "../../weights/hub/wait.js";

export type LockOptions = {
  /** How often the holder says that it lives. */
  beatSeconds?: number;
  /** After this long without a beat the holder counts as gone. */
  staleSeconds?: number;
  /** Between looks while another holds it. */
  lookSeconds?: number;
  signal?: AbortSignal | undefined;
};

type Release = () => Promise<void>;
type Owner = { readonly id: string; readonly pid: number; readonly host: string };

/**
 * Takes a lock between processes: a folder, which only one of them can make. Yields once if another
 * holds it, waits until it is free or its holder is gone, and returns what frees it.
 */
export async function* takeLock(
  path: string,
  options: LockOptions = {},
): AsyncGenerator<"waiting", Release> {
  const { beatSeconds = 2, staleSeconds = 20, lookSeconds = 0.2, signal } = options;
  await mkdir(dirname(path), { recursive: true });
  for (let told = false; ; ) {
    const release = await tryLock(path, beatSeconds);
    if (release) return release;
    if (!told) yield "waiting";
    told = true;
    const left = await leftOwner(path, staleSeconds);
    if (left) await takeAway(path, left);
    else await pause(lookSeconds, signal);
  }
}

const ownerFile = (path: string): string => join(path, "owner.json");

async function tryLock(path: string, beatSeconds: number): Promise<Release | undefined> {
  try {
    await mkdir(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return undefined;
    throw error;
  }
  const owner: Owner = { id: randomUUID(), pid: process.pid, host: hostname() };
  await writeFile(ownerFile(path), JSON.stringify(owner));
  const timer = setInterval(() => {
    const now = new Date();
    // A beat that fails only makes the lock look old, and then another process may take it.
    utimes(path, now, now).catch(() => undefined);
  }, beatSeconds * 1000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    const current = await readOwner(path);
    if (current?.id === owner.id) await rm(path, { recursive: true, force: true });
  };
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(ownerFile(path), "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

/** Whose lock it is, if that process is gone from this machine or gave no beat for long. */
async function leftOwner(path: string, staleSeconds: number): Promise<{ id?: string } | undefined> {
  const owner = await readOwner(path);
  const info = await stat(path).catch(() => undefined);
  const old = info !== undefined && Date.now() - info.mtimeMs > staleSeconds * 1000;
  const gone = owner?.host === hostname() && !isAlive(owner.pid);
  return old || gone ? (owner ?? {}) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process can't be signalled, and lives.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Of several that find it left, the one whose rename comes first takes it away. What it caught is put
 * back if it is somebody else's, who took the lock in between.
 */
async function takeAway(path: string, left: { readonly id?: string }): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const caught = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!caught) return;
  const owner = await readOwner(aside);
  if (owner?.id !== left.id) await rename(aside, path).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}
