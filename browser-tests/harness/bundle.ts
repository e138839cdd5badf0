import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** ONNX Runtime's WebAssembly: alone, and with WebGPU. */
const wasm = ["ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.asyncify.wasm"];

/** Makes a folder with a page that runs `entry`, as a bundler leaves it; tells where it is. */
export async function bundlePage(entry: URL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "graft-page-"));
  const backend = dirname(fileURLToPath(import.meta.resolve("@graft-ml/gpu-backend")));
  await build({
    entryPoints: {
      page: fileURLToPath(entry),
      "wasm-worker": join(backend, "browser/wasm-worker.js"),
      "webgpu-worker": join(backend, "browser/webgpu-worker.js"),
    },
    ...{ bundle: true, format: "esm", platform: "browser", target: "es2022" },
    // Tools for tests that only Node has, which no page calls.
    external: ["node:*"],
    ...{ outdir: folder, logLevel: "error" },
  });
  const runtime = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/wasm"));
  for (const file of wasm) await copyFile(join(runtime, file), join(folder, file));
  await writeFile(join(folder, "index.html"), page);
  return folder;
}

const page =
  '<!doctype html><meta charset="utf-8"><title>page</title><script type="module" src="page.js"></script>';
