// Writes the zoo's typed manifest from its manifest.json: `node scripts/zoo-manifest.mjs`.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(await readFile(new URL("packages/zoo/manifest.json", root), "utf8"));
const out = fileURLToPath(new URL("packages/zoo/src/manifest.generated.ts", root));
await writeFile(
  out,
  `// Written by scripts/zoo-manifest.mjs from manifest.json; change that file and run it again.
import type { ZooManifest } from "./manifest-type.js";

export const manifest: ZooManifest = ${JSON.stringify(manifest, null, 2)};
`,
);
