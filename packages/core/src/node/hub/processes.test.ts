import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { hubEtag, startHubServer } from "../../testing/hub-server.js";

const require = createRequire(import.meta.url);
const typescript = pathToFileURL(require.resolve("tsx")).href;
const script = fileURLToPath(new URL("../../testing/hub-process.ts", import.meta.url));

/** Fetches a file in a process of its own; the events that it saw. */
function fetchElsewhere(...args: string[]): {
  events: Promise<string[]>;
  seen: Promise<void>;
  kill(): void;
} {
  const child = spawn(process.execPath, ["--import", typescript, script, ...args], {
    stdio: "pipe",
  });
  let output = "";
  const ended = new Promise<string[]>((resolve, reject) => {
    child.stderr.on("data", (text) => reject(new Error(String(text))));
    child.on("close", () => resolve(output.trim().split("\n")));
  });
  const seen = new Promise<void>((resolve) => {
    child.stdout.on("data", (text) => {
      output += text;
      resolve();
    });
  });
  return { events: ended, seen, kill: () => child.kill("SIGKILL") };
}

test("two processes fetch a file once, and one that was killed leaves it to the next", async () => {
  const cache = await mkdtemp(join(tmpdir(), "graft-processes-"));
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 253);
  const server = await startHubServer({ "org/model": { files: { "a.bin": bytes } } });
  const arguments_ = [server.endpoint, cache, "a.bin"];
  // The first one gets a part and then nothing, so that it holds the lock when it is killed.
  server.faults.push({ at: "cdn", stallAfter: 100_000 });
  const killed = fetchElsewhere(...arguments_);
  await killed.seen;
  const [left, right] = [fetchElsewhere(...arguments_), fetchElsewhere(...arguments_)];
  await Promise.all([left.seen, right.seen]);
  killed.kill();
  await killed.events;
  const all = [...(await left.events), ...(await right.events)];
  expect(all.filter((type) => type === "download-locked").length).toBe(2);
  expect(all.filter((type) => type === "download-start").length).toBe(1);
  const starts = server.requests.filter(({ at }) => at === "cdn").map(({ range }) => range);
  expect(starts).toEqual([undefined, "bytes=100000-"]);
  const blobs = await readdir(join(cache, "models--org--model", "blobs"));
  expect(blobs).toEqual([hubEtag(bytes, true)]);
  await server.close();
  await rm(cache, { recursive: true });
});
