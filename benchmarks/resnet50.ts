// ResNet-50 on this CPU against PyTorch, in alternation: forward passes and training steps with SGD and momentum.
//   pnpm --filter @graft-ml/benchmarks exec tsx resnet50.ts [CASE ...]
import { fileURLToPath } from "node:url";
import { alternate } from "./lib/alternate.js";
import { startPeer } from "./lib/peer.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Case, batch, and the ratio of times that we promise to stay under. */
const cases = [
  ["forward", 1, 0.75],
  ["forward", 8, 0.75],
  ["head-frozen", 8, 0.8],
  ["last-frozen", 8, 1.15],
  ["full-frozen", 8, 1.25],
  ["full-train", 8, Number.NaN],
] as const;

const chosen = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, batch, promise] of cases) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const args = [name, String(batch)];
  const ours = startPeer(
    process.execPath,
    ["--import", "tsx", here("peers/resnet50.ts"), ...args],
    {},
  );
  const theirs = startPeer(
    "/usr/bin/python3",
    [here("peers/resnet50.py"), ...args],
    peerEnvironment(),
  );
  const result = await alternate(ours, theirs);
  await Promise.all([ours.stop(), theirs.stop()]);
  rows.push({
    case: name,
    batch,
    "ours, ms": result.ours.toFixed(1),
    "PyTorch, ms": result.theirs.toFixed(1),
    ratio: result.ratio.toFixed(2),
    "at most": Number.isNaN(promise) ? "-" : promise,
    "our peak, MiB": result.oursPeakMB,
    "PyTorch's peak, MiB": result.theirsPeakMB,
  });
  console.log(JSON.stringify(rows.at(-1)));
}
console.log(markdownTable(rows));
if (chosen.length === 0) {
  await writeResult("resnet50", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx resnet50.ts",
    notes: [
      "Medians over 5 rounds of 2 runs, ours and PyTorch's (Debian's 1.13, 2 threads, `OMP_WAIT_POLICY=passive`) in alternation.",
      "`head`, `last`, `full`: what is trained (fc; layer4 and fc; everything), with SGD and momentum 0.9 at 224x224.",
      "`frozen`: batch norm uses its running statistics (its scale and shift are trained where the layer is); `train`: the batch's.",
      "Peak memory is the process's largest resident set, runtime included.",
    ],
    rows,
  });
}
