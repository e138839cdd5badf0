// Packs every package as npm would publish it and judges the tarballs: `node scripts/check-packages.mjs`.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll } from "./packages/pack.mjs";
import { run } from "./packages/run.mjs";

/** What a user of a package has no use for. */
const unwanted = [/\.test\./, /\.tsbuildinfo$/, /(^|\/)golden\//, /(^|\/)node_modules\//];
const problems = [];

function judge({ name, folder, tarball, files, manifest }) {
  const stray = files.filter((path) => unwanted.some((pattern) => pattern.test(path)));
  if (stray.length > 0) problems.push(`${name}: the tarball holds ${stray.join(", ")}`);
  if (!files.some((path) => path.startsWith("dist/"))) {
    problems.push(`${name}: the tarball holds no dist; build first`);
  }
  if (!existsSync(join(folder, "README.md"))) problems.push(`${name}: there is no README.md`);
  check(name, "publint", ["run", tarball, "--strict"]);
  // A package without exports is a command: it has no types to judge.
  if (manifest.exports) check(name, "attw", [tarball, "--profile", "esm-only", "--no-emoji"]);
}

function check(name, tool, args) {
  const { status, output } = run("pnpm", ["exec", tool, ...args]);
  if (status !== 0) problems.push(`${name}: ${tool} says\n${output}`);
}

const destination = await mkdtemp(join(tmpdir(), "graft-pack-"));
try {
  const packages = packAll(destination);
  for (const one of packages) judge(one);
  for (const problem of problems) console.error(`error: ${problem}`);
  if (problems.length === 0) console.log(`${packages.length} tarballs are as they should be`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await rm(destination, { recursive: true });
}
