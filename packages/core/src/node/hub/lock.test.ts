import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { type LockOptions, takeLock } from "./lock.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-lock-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function take(path: string, options: LockOptions = {}) {
  const taking = takeLock(path, { lookSeconds: 0.01, ...options });
  let waits = 0;
  let step = await taking.next();
  for (; !step.done; step = await taking.next()) waits++;
  return { waits, release: step.value };
}

test("one holds it at a time, in turn", async () => {
  const path = join(folder, "turns", "lock");
  let [inside, most, waits] = [0, 0, 0];
  const work = async (): Promise<void> => {
    const lock = await take(path);
    waits += lock.waits;
    inside++;
    most = Math.max(most, inside);
    await new Promise((done) => setTimeout(done, 15));
    inside--;
    await lock.release();
  };
  await Promise.all(Array.from({ length: 6 }, work));
  expect(most).toBe(1);
  expect(waits).toBeGreaterThan(0);
  expect(existsSync(path)).toBe(false);
});

test("a lock whose process is gone is taken at once, one without beats after a while", async () => {
  const gone = join(folder, "gone");
  await mkdir(gone);
  const owner = { id: "x", pid: 2 ** 22 + 1, host: hostname() };
  await writeFile(join(gone, "owner.json"), JSON.stringify(owner));
  await (await take(gone)).release();
  const old = join(folder, "old");
  await mkdir(old);
  await writeFile(join(old, "owner.json"), JSON.stringify({ ...owner, host: "elsewhere" }));
  await utimes(old, new Date(0), new Date(0));
  await (await take(old)).release();
  expect(existsSync(old)).toBe(false);
});

test("a live one on another machine is waited for until the signal says stop", async () => {
  const path = join(folder, "far");
  await mkdir(path);
  await writeFile(join(path, "owner.json"), JSON.stringify({ id: "x", pid: 1, host: "elsewhere" }));
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  const error = await take(path, { signal: stop.signal }).catch((caught: unknown) => caught);
  expect(isGraftError(error, "aborted")).toBe(true);
  expect(existsSync(path)).toBe(true);
});

test("a holder frees only its own", async () => {
  const path = join(folder, "own");
  const { release } = await take(path);
  await rm(path, { recursive: true });
  const other = await take(path);
  await release();
  expect(existsSync(path)).toBe(true);
  await other.release();
  expect(existsSync(path)).toBe(false);
});

test("many that find the same one left get it one after the other", async () => {
  const path = join(folder, "rush");
  await mkdir(path);
  await utimes(path, new Date(0), new Date(0));
  let [inside, most] = [0, 0];
  const work = async (): Promise<void> => {
    const { release } = await take(path);
    inside++;
    most = Math.max(most, inside);
    await new Promise((done) => setTimeout(done, 5));
    inside--;
    await release();
  };
  await Promise.all(Array.from({ length: 8 }, work));
  expect(most).toBe(1);
});
