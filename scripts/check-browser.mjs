// Bundles what browsers load of every package and judges it: nothing of Node, and no more than its budget:
// `node scripts/check-browser.mjs`.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

/**
 * Most KiB of each main entry, minified, with all that it needs but tfjs-core, which is the page's own. A change
 * that is worth more raises its budget.
 */
const budgets = {
  compiler: 86,
  core: 265,
  "domain-adapt": 350,
  "gpu-backend": 285,
  hpo: 135,
  nlp: 220,
  vision: 105,
  zoo: 20,
};

/**
 * Most KiB of the workers that gpu-backend starts, each a file of its own. ONNX Runtime's script is in it; its
 * WebAssembly, 14 MB and with WebGPU 27 MB, is fetched beside it.
 */
const workers = {
  "wasm-worker": 90,
  "webgpu-worker": 136,
};

/** Names of modules that only Node has. */
const isNode = (problem) => /^Could not resolve "(node:)?[\w/]+"/.test(problem.text);

let failed = false;
for (const [name, budget] of Object.entries(budgets)) {
  await judge(name, { file: `${name}/dist/index.js`, budget });
}
for (const [name, budget] of Object.entries(workers)) {
  await judge(`gpu-backend's ${name}`, { file: `gpu-backend/dist/browser/${name}.js`, budget });
}
process.exitCode = failed ? 1 : 0;

async function judge(name, { file, budget }) {
  const { problems, size } = await bundled(file);
  const told = problems.map((problem) => `error: ${name} can't be loaded by a browser: ${problem}`);
  if (size > budget) {
    told.push(`error: ${name} is ${size} KiB, more than its budget of ${budget}`);
  }
  for (const line of told) console.error(line);
  if (told.length > 0) failed = true;
  else console.log(`${name}: ${size} KiB of ${budget}, nothing of Node`);
}

async function bundled(file) {
  try {
    const { outputFiles } = await build({
      entryPoints: [join(packages, file)],
      ...{ bundle: true, minify: true, splitting: true, format: "esm", platform: "browser" },
      ...{ write: false, outdir: "bundle", logLevel: "silent", target: "es2022" },
      external: ["@tensorflow/tfjs-core"],
    });
    const bytes = outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
    return { problems: [], size: Math.ceil(bytes / 1024) };
  } catch (error) {
    const problems = (error.errors ?? [error]).map((one) => {
      const where = one.location ? `${one.location.file}:${one.location.line}: ` : "";
      return `${where}${one.text ?? one.message}${isNode(one) ? " (it belongs in ./node)" : ""}`;
    });
    return { problems, size: 0 };
  }
}
