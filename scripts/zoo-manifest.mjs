// Writes the zoo's typed modules from its manifest.json and registry.json: `node scripts/zoo-manifest.mjs`.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../packages/zoo/", import.meta.url);

/** What a generated module declares: its constant, its type and where the type comes from. */
const modules = {
  manifest: { type: "ZooManifest", from: "./manifest-type.js", of: (json) => json },
  registry: {
    type: "readonly RegistryEntry[]",
    from: "./registry-type.js",
    of: (json) => json.models,
  },
};

for (const [name, { type, from, of }] of Object.entries(modules)) {
  const json = JSON.parse(await readFile(new URL(`${name}.json`, root), "utf8"));
  const out = fileURLToPath(new URL(`src/${name}.generated.ts`, root));
  await writeFile(
    out,
    `// Written by scripts/zoo-manifest.mjs from ${name}.json; change that file and run it again.
import type { ${type.match(/\w+(?=\[|$)/)[0]} } from "${from}";

export const ${name}: ${type} = ${JSON.stringify(of(json), null, 2)};
`,
  );
}
