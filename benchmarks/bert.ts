// BERT-base on this CPU against PyTorch, in alternation: forward passes and training steps with AdamW.
//   pnpm --filter @graft-ml/benchmarks exec tsx bert.ts [CASE ...]
import { fileURLToPath } from "node:url";
import { alternate } from "./lib/alternate.js";
import { startPeer } from "./lib/peer.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const [batch, length] = ["8", "128"];

const chosen = process.argv.slice(2);
const rows: Row[] = [];
for (const name of ["forward", "head", "full", "full-dropout"]) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const args = [name, batch, length];
  const ours = startPeer(
    process.execPath,
    ["--import", "tsx", here("peers/bert.ts"), ...args],
    process.env,
  );
  const theirs = startPeer("/usr/bin/python3", [here("peers/bert.py"), ...args], peerEnvironment());
  const result = await alternate(ours, theirs);
  await Promise.all([ours.stop(), theirs.stop()]);
  rows.push({
    case: name,
    "ours, ms": result.ours.toFixed(0),
    "PyTorch, ms": result.theirs.toFixed(0),
    ratio: result.ratio.toFixed(2),
    "our peak, MiB": result.oursPeakMB,
    "PyTorch's peak, MiB": result.theirsPeakMB,
  });
  console.log(JSON.stringify(rows.at(-1)));
}
console.log(markdownTable(rows));
if (chosen.length === 0) {
  await writeResult("bert", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx bert.ts",
    notes: [
      `Batches of ${batch} texts of ${length} tokens, none of them padding; an attention mask and token types are given.`,
      "Medians over 5 rounds of 2 runs, ours and PyTorch's (Debian's 1.13, 2 threads, `OMP_WAIT_POLICY=passive`) in alternation.",
      "`forward`: logits. `head`: a step of the classifier alone, the encoder frozen. `full`: a step of everything, without dropout. `full-dropout`: with dropout 0.1 in all its places.",
      "AdamW with weight decay on matrices. Peak memory is the process's largest resident set, runtime included.",
    ],
    rows,
  });
}
