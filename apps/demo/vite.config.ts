import { readFileSync } from "node:fs";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { contentPolicy } from "./build/content-policy.js";
import { sampleArchive } from "./build/sample-archive.js";

/** The command's, which writes such runs as the page does. */
const { version } = JSON.parse(
  readFileSync(new URL("../cli/package.json", import.meta.url), "utf8"),
) as { version: string };

/** What makes the page cross-origin isolated, so that the engine may have threads. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  // The site may lie in any folder of a host.
  base: "./",
  define: { "import.meta.env.GRAFT_VERSION": JSON.stringify(version) },
  server: { headers },
  preview: { headers },
  // Its worker lies beside it, where a bundle of dependencies would not find it.
  optimizeDeps: { exclude: ["@graft-ml/gpu-backend", "onnxruntime-web"] },
  worker: { format: "es" },
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2048,
  },
  plugins: [
    sampleArchive(),
    contentPolicy(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      injectRegister: false,
      manifest: {
        name: "Graft",
        short_name: "Graft",
        description: "Teach a network with your own pictures or texts, in this tab.",
        display: "standalone",
        background_color: "#ffffff",
        theme_color: "#1f6f54",
        icons: [{ src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
      },
      injectManifest: {
        globPatterns: ["**/*.{html,js,css,svg,wasm,safetensors,json,jpg,webp,png,csv,zip}"],
        globIgnores: ["**/*asyncify*"],
        maximumFileSizeToCacheInBytes: 32 * 2 ** 20,
      },
    }),
  ],
});
