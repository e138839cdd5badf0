// Seconds to the features of pictures in a browser's tab: our engine in WebAssembly beside tfjs's, on the same network.
//   pnpm --filter @graft-ml/benchmarks exec tsx browser-features.ts [--rounds 5] [--pictures 100] [--size 224]
import { copyFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { defaultBackbone } from "@graft-ml/zoo";
import { readAsset } from "@graft-ml/zoo/node";
import { bundlePage } from "../browser-tests/harness/bundle.js";
import { openPage } from "../browser-tests/harness/page.js";
import { median } from "./lib/alternate.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";
import type { FeaturesPage, Who } from "./pages/browser-features.js";

declare const features: FeaturesPage;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    pictures: { type: "string", default: "100" },
    size: { type: "string", default: "224" },
  },
});
const rounds = Number(options.rounds);
const pictures = Number(options.pictures);
const size = Number(options.size);
const batchSize = 10;

const folder = await bundlePage(new URL("pages/browser-features.ts", import.meta.url));
try {
  await serveFiles();
  const rows: Row[] = [];
  for (const threads of [1, 2]) {
    rows.push(await measured(threads));
    console.log(JSON.stringify(rows.at(-1)));
  }
  console.log(markdownTable(rows));
  await writeResult("browser-features", {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx browser-features.ts --rounds ${rounds} --pictures ${pictures} --size ${size}`,
    notes: [
      `Seconds to the features (behind the last pooling) of ${pictures} pictures of ${size} x ${size}, in batches of ${batchSize}, with the zoo's network for pictures, in one tab of Chromium without a window. Medians of ${rounds} runs of each, in alternation, after a first one, which compiles ours.`,
      "tfjs: @tensorflow/tfjs-backend-wasm 4.22.0, its builds with SIMD and, on two threads, with threads, in the page's own thread, by core's eager engine: operation by operation. Ours: the same program as one graph, in a worker.",
      "One thread: a page that is not cross-origin isolated. Two: one that is, and both told to take two.",
      loadNote(),
    ],
    rows,
  });
} finally {
  await rm(folder, { recursive: true });
}

/** The network's weights, and tfjs's WebAssembly. */
async function serveFiles(): Promise<void> {
  const entry = defaultBackbone();
  await writeFile(join(folder, entry.file), await readAsset(entry));
  const wasm = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
  for (const name of await readdir(wasm)) {
    if (name.endsWith(".wasm")) await copyFile(join(wasm, name), join(folder, name));
  }
}

async function measured(threads: number): Promise<Row> {
  const { page, close } = await openPage(folder, { ready: "features", isolated: threads > 1 });
  try {
    await page.evaluate((about) => features.open(about), { threads, pictures, size, batchSize });
    const run = (who: Who) => page.evaluate((one) => features.run(one), who);
    const first = { ours: await run("ours"), tfjs: await run("tfjs") };
    const gap = Math.abs(first.ours.mean / first.tfjs.mean - 1);
    if (!(gap < 1e-3))
      throw new Error(`The two don't compute the same: their means are ${gap} apart.`);
    const times = { ours: [] as number[], tfjs: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.ours.push((await run("ours")).seconds);
      times.tfjs.push((await run("tfjs")).seconds);
    }
    const [ours, theirs] = [median(times.ours), median(times.tfjs)];
    return {
      threads,
      "ours, s": ours.toFixed(2),
      "tfjs, s": theirs.toFixed(2),
      "times as fast": (theirs / ours).toFixed(2),
      "first run, s": `${first.ours.seconds.toFixed(2)}; ${first.tfjs.seconds.toFixed(2)}`,
    };
  } finally {
    await close();
  }
}
