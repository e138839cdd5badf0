// Compiles the WebAssembly text of gpu-backend's loops into a committed TypeScript module.
//   node scripts/build-wasm.mjs           writes packages/gpu-backend/src/wasm/kernels.generated.ts
//   node scripts/build-wasm.mjs --check   exits 1 when the committed module is not what the text gives
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const folder = new URL("../packages/gpu-backend/", import.meta.url);
const wabt = await createRequire(new URL("package.json", folder))("wabt")();
const target = new URL("src/wasm/kernels.generated.ts", folder);

const name = "kernels.wat";
const parsed = wabt.parseWat(name, readFileSync(new URL(`src/wasm/${name}`, folder), "utf8"), {
  simd: true,
});
parsed.resolveNames();
parsed.validate();
const base64 = Buffer.from(parsed.toBinary({}).buffer).toString("base64");
parsed.destroy();

const text = [
  "// Made by `node scripts/build-wasm.mjs` from kernels.wat; do not edit.",
  `export const kernelsBase64 =\n  "${base64}";`,
  "",
].join("\n");

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error(
      `error: ${target.pathname} differs from ${name}: run node scripts/build-wasm.mjs`,
    );
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
