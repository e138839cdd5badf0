// Sets the workspace up with Node and npm alone: the pinned pnpm installs, turbo builds.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** Everything goes to standard error, so that a command run through npm owns standard output. */
function pnpm(...args) {
  const { status, error } = spawnSync("npx", ["--yes", packageManager, ...args], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (error || status !== 0) {
    process.stderr.write(
      `error: setup stopped at "pnpm ${args.join(" ")}"; mend what it says and run again.\n`,
    );
    process.exit(1);
  }
}

pnpm("install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only");
pnpm("run", "build");
