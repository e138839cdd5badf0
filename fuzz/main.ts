import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Finding } from "./lib/fuzz.js";
import { watch } from "./lib/watch.js";
import { targets } from "./targets/index.js";

// pnpm fuzz [format ...] [--runs 200000] [--seed 1]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "200000" },
    seed: { type: "string", default: "1" },
  },
});
const known = targets.map(({ name }) => name);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no format ${unknown.join(", ")}. Formats: ${known.join(", ")}.`);
  process.exit(2);
}

const folder = join(fileURLToPath(new URL(".", import.meta.url)), "findings");

async function report(name: string, { why, input }: Finding): Promise<void> {
  const hash = createHash("sha256").update(input).digest("hex").slice(0, 12);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}-${hash}`);
  await writeFile(path, input);
  console.error(`${name}: ${why}\n  ${input.length} bytes, kept as ${path}`);
}

for (const name of positionals.length > 0 ? positionals : known) {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const { runs, covered, all, corpus, findings } = await watch(name, {
    runs: Number(values.runs),
    seed: Number(values.seed),
    onProgress: (now) => {
      const pace = Math.round(now.runs / seconds());
      console.error(`${name}: ${now.runs} runs, ${pace} a second, ${now.covered} blocks`);
    },
  });
  for (const finding of findings) await report(name, finding);
  const what = `${runs} runs in ${Math.round(seconds())} s, ${covered} of ${all} blocks reached, ${corpus} inputs kept`;
  console.log(`${name}: ${what}, ${findings.length} findings`);
  if (findings.length > 0) process.exitCode = 1;
}
