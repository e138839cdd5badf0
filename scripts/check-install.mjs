// Installs each packed package with npm into an empty project, as its README says, and runs the README's example
// there, with the native runtime and without it: `node scripts/check-install.mjs [NAME...]`. Takes minutes.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readmeExample, readmeInstalls } from "./packages/example.mjs";
import { packAll, withOurs } from "./packages/pack.mjs";
import { must } from "./packages/run.mjs";
import { copiesOf } from "./packages/tree.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = join(root, "node_modules/typescript/bin/tsc");
const pictures = join(root, "apps/cli/assets/sample/train");
const environment = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };

/** An empty project with the packed package, and what it needs of ours, installed by npm. */
function install(one, packages, base) {
  const project = join(base, basename(one.folder));
  mkdirSync(project);
  const needed = withOurs(one.name, packages).map(({ tarball }) => tarball);
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const others = readmeInstalls(one.folder).filter((name) => name !== one.name);
  must("npm", ["install", "--no-audit", "--no-fund", ...needed, ...others], {
    cwd: project,
    env: environment,
  });
  return project;
}

/** Type-checks and runs the README's example beside a folder of pictures to work on. */
function tryExample(one, project) {
  writeFileSync(join(project, "example.ts"), readmeExample(one.folder));
  const options = "--strict --skipLibCheck --module nodenext --target es2022 --types node";
  const types = ["--typeRoots", join(root, "node_modules/@types")];
  must("node", [tsc, ...options.split(" "), ...types, "example.ts"], { cwd: project });
  return must("node", ["example.js"], { cwd: project, env: environment });
}

/** The command trains, and tells what this machine can run on. */
function tryCommand(project) {
  const graft = join(project, "node_modules/.bin/graft");
  const out = mkdtempSync(join(project, "run-"));
  must(graft, ["train", "pictures", "--epochs", "1", "--out", out], { cwd: project });
  return must(graft, ["doctor"], { cwd: project });
}

const adviceToInstall = "npm install onnxruntime-node";

/** What needs no native runtime by its README still works without it, and says how to get it. */
function tryWithoutNative(one, project) {
  const runtime = join(project, "node_modules/onnxruntime-node");
  if (!existsSync(runtime) || readmeInstalls(one.folder).includes("onnxruntime-node")) return "";
  rmSync(runtime, { recursive: true });
  const { output } = one.manifest.bin ? tryCommand(project) : tryExample(one, project);
  if (output.includes(adviceToInstall)) return "; and without onnxruntime-node";
  throw new Error(`${one.name} does not say "${adviceToInstall}":\n${output}`);
}

const wanted = process.argv.slice(2);
const base = mkdtempSync(join(tmpdir(), "graft-install-"));
try {
  const packages = packAll(base);
  const chosen = packages.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  for (const one of chosen) {
    const project = install(one, packages, base);
    const copies = copiesOf("@tensorflow/tfjs-core", project);
    if (copies.length > 1) throw new Error(`${one.name}: ${copies.join(" and ")}`);
    cpSync(pictures, join(project, "pictures"), { recursive: true });
    if (one.manifest.bin) tryCommand(project);
    else tryExample(one, project);
    const more = tryWithoutNative(one, project);
    console.log(`${one.name}: installed and ran${more}; copies of tfjs-core: ${copies.length}`);
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}
