// Makes a folder that any web server can serve, from plain HTML and the packages: `node build.mjs [FOLDER]`.
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = process.argv[2] ?? "site";
const here = dirname(fileURLToPath(import.meta.url));
const engine = dirname(fileURLToPath(import.meta.resolve("@graft-ml/gpu-backend")));
const runtime = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/wasm"));
const zoo = fileURLToPath(new URL("..", import.meta.resolve("@graft-ml/zoo")));

await mkdir(folder, { recursive: true });
await build({
  entryPoints: {
    graft: join(here, "graft.js"),
    "wasm-worker": join(engine, "browser/wasm-worker.js"),
    "webgpu-worker": join(engine, "browser/webgpu-worker.js"),
  },
  ...{ bundle: true, minify: true, splitting: true, format: "esm", platform: "browser" },
  ...{ target: "es2022", outdir: folder },
});
for (const name of ["ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.asyncify.wasm"]) {
  await copyFile(join(runtime, name), join(folder, name));
}
for (const name of ["bert-2x192.safetensors", "bert-2x192.tokenizer.json"]) {
  await copyFile(join(zoo, "assets", name), join(folder, name));
}
await copyFile(join(here, "index.html"), join(folder, "index.html"));
