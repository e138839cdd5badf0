// Features of VGG-16 on this CPU against PyTorch, in alternation: pictures a second at 224 x 224, random weights.
//   pnpm --filter @graft-ml/benchmarks exec tsx extract-vgg.ts [--rounds 5]
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { alternate } from "./lib/alternate.js";
import { startPeer } from "./lib/peer.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });

/** What is extracted, and how many pictures at a time. */
const cases = [
  ["flatten", 1],
  ["flatten", 8],
  ["fc2", 8],
] as const;

const rows: Row[] = [];
for (const [features, batch] of cases) {
  const args = [features, String(batch)];
  const ours = startPeer(
    process.execPath,
    ["--import", "tsx", here("peers/extract-vgg.ts"), ...args],
    {},
  );
  const theirs = startPeer(
    "/usr/bin/python3",
    [here("peers/extract-vgg.py"), ...args],
    peerEnvironment(),
  );
  const result = await alternate(ours, theirs, {
    warmUp: 1,
    rounds: Number(options.rounds),
    runs: 1,
  });
  await Promise.all([ours.stop(), theirs.stop()]);
  const rate = (ms: number) => ((batch * 1000) / ms).toFixed(2);
  rows.push({
    features: features === "flatten" ? "25,088 of block5" : "4,096 of fc2",
    batch,
    "ours, pictures/s": rate(result.ours),
    "PyTorch, pictures/s": rate(result.theirs),
    "times as fast": (1 / result.ratio).toFixed(2),
    "our peak, MiB": result.oursPeakMB,
    "PyTorch's peak, MiB": result.theirsPeakMB,
  });
  console.log(JSON.stringify(rows.at(-1)));
}
console.log(markdownTable(rows));
await writeResult("extract-vgg", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx extract-vgg.ts --rounds ${options.rounds}`,
  notes: [
    `Medians over ${options.rounds} rounds, ours and PyTorch's (Debian's 1.13, 2 threads, \`OMP_WAIT_POLICY=passive\`) in alternation.`,
    loadNote(),
    "Prepared pictures in, features out; decoding and resizing are not in it.",
    "Peak memory is the process's largest resident set, runtime included.",
  ],
  rows,
});
