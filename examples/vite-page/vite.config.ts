import { defineConfig } from "vite";

/** Headers that let the engine have threads; and its worker must stay beside it. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./",
  server: { headers },
  preview: { headers },
  optimizeDeps: { exclude: ["@graft-ml/gpu-backend"] },
  build: { target: "es2022" },
});
