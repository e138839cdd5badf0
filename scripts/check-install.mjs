// Installs each packed package with npm into an empty project and runs its README's example there:
// `node scripts/check-install.mjs [NAME...]`. Needs the registry; takes minutes.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readmeExample } from "./packages/example.mjs";
import { packAll, withOurs } from "./packages/pack.mjs";
import { must, run } from "./packages/run.mjs";
import { copiesOf } from "./packages/tree.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = join(root, "node_modules/typescript/bin/tsc");
const environment = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };

/** An empty project with the packed package, and what it needs of ours, installed by npm. */
function install(one, packages, base) {
  const project = join(base, basename(one.folder));
  mkdirSync(project);
  const needed = withOurs(one.name, packages).map(({ tarball }) => tarball);
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const peers = Object.entries(one.manifest.peerDependencies ?? {}).map(
    ([name, range]) => `${name}@${range}`,
  );
  must("npm", ["install", "--no-audit", "--no-fund", ...needed, ...peers], {
    cwd: project,
    env: environment,
  });
  return project;
}

/** Type-checks and runs the README's example beside a folder of pictures to work on. */
function tryExample(one, project) {
  const example = readmeExample(one.folder);
  cpSync(join(root, "apps/cli/assets/sample/train"), join(project, "pictures"), {
    recursive: true,
  });
  writeFileSync(join(project, "example.ts"), example);
  const check = ["--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext", "--target"];
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  must("node", [tsc, ...check, "es2022", ...types, "example.ts"], { cwd: project });
  must(
    "node",
    [tsc, ...check.filter((flag) => flag !== "--noEmit"), "es2022", ...types, "example.ts"],
    {
      cwd: project,
    },
  );
  return must("node", ["example.js"], { cwd: project, env: environment });
}

/** The command works without the optional native runtime, and says how to get it. */
function tryWithoutNative(project) {
  rmSync(join(project, "node_modules/onnxruntime-node"), { recursive: true, force: true });
  const graft = join(project, "node_modules/.bin/graft");
  const doctor = must(graft, ["doctor"], { cwd: project });
  if (!doctor.stdout.includes("npm install onnxruntime-node")) {
    throw new Error(`graft doctor does not say what to install:\n${doctor.output}`);
  }
  const train = ["train", "pictures", "--epochs", "1", "--out", "run-eager"];
  const result = run(graft, [...train, "--device", "cpu"], { cwd: project });
  if (result.status !== 0) throw new Error(`graft train failed without it:\n${result.output}`);
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
    if (one.manifest.bin) tryWithoutNative(project);
    else tryExample(one, project);
    console.log(`${one.name}: installed and ran; copies of tfjs-core: ${copies.length}`);
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}
