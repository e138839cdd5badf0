import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import type { Plugin } from "vite";

const assets = fileURLToPath(new URL("../../cli/assets/", import.meta.url));

/** Gives the site the command's sample pictures as `sample.zip`: one request in place of hundreds. */
export function sampleArchive(): Plugin {
  return {
    name: "sample-archive",
    configureServer(server) {
      server.middlewares.use("/sample.zip", (_request, response) => {
        response.setHeader("Content-Type", "application/zip").end(archive());
      });
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "sample.zip", source: archive() });
    },
  };
}

function archive(): Uint8Array {
  const files: Record<string, Uint8Array> = {
    "ATTRIBUTION.md": readFileSync(join(assets, "ATTRIBUTION.md")),
  };
  const folder = join(assets, "sample");
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path).split(sep).join("/")] = readFileSync(path);
  }
  // Pictures are compressed already; a fixed date makes the same bytes of the same pictures.
  return zipSync(files, { level: 0, mtime: "2020-01-01" });
}
