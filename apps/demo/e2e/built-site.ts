import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const app = fileURLToPath(new URL("..", import.meta.url));

/** Builds the site as it is published, into a folder of its own; tells where. */
export async function buildSite(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "graft-site-"));
  const vite = dirname(createRequire(import.meta.url).resolve("vite/package.json"));
  // In a process of its own: a build takes what it makes from NODE_ENV, which says "test" here.
  await promisify(execFile)(
    process.execPath,
    [join(vite, "bin/vite.js"), "build", "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"],
    { cwd: app, env: { ...process.env, NODE_ENV: "production", VITEST: undefined } },
  );
  return folder;
}
