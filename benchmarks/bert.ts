// BERT-base on this CPU against PyTorch, in alternation: forward passes and training steps with AdamW.
//   pnpm --filter @graft-ml/benchmarks exec tsx bert.ts [--rounds N] [CASE ...]
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { alternate } from "./lib/alternate.js";
import { startPeer } from "./lib/peer.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const [batch, length] = ["8", "128"];

const { values: options, positionals: chosen } = parseArgs({
  options: { rounds: { type: "string", default: "5" } },
  allowPositionals: true,
});
const rounds = Number(options.rounds);
const rows: Row[] = [];
for (const name of ["forward", "head", "last-two", "full", "full-dropout"]) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const args = [name, batch, length];
  const ours = startPeer(
    process.execPath,
    ["--import", "tsx", here("peers/bert.ts"), ...args],
    process.env,
  );
  const theirs = startPeer("/usr/bin/python3", [here("peers/bert.py"), ...args], peerEnvironment());
  const result = await alternate(ours, theirs, { rounds });
  await Promise.all([ours.stop(), theirs.stop()]);
  rows.push({
    case: name,
    "ours, ms": result.ours.toFixed(0),
    "PyTorch, ms": result.theirs.toFixed(0),
    ratio: result.ratio.toFixed(2),
    "our peak, MiB": result.oursPeakMB,
    "PyTorch's peak, MiB": result.theirsPeakMB,
    "of its peak": (result.oursPeakMB / result.theirsPeakMB).toFixed(2),
  });
  console.log(JSON.stringify(rows.at(-1)));
}
console.log(markdownTable(rows));
if (chosen.length === 0) {
  await writeResult("bert", {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx bert.ts --rounds ${rounds}`,
    notes: [
      `Batches of ${batch} texts of ${length} tokens, none of them padding; an attention mask and token types are given.`,
      `Medians over ${rounds} rounds of 2 runs, ours and PyTorch's (Debian's 1.13, 2 threads, \`OMP_WAIT_POLICY=passive\`) in alternation.`,
      "`forward`: logits. `head`: a step of the classifier alone, the encoder frozen. `last-two`: of the last two layers, the pooler and the classifier. `full`: a step of everything, without dropout. `full-dropout`: with dropout 0.1 in all its places.",
      "AdamW with weight decay on matrices. Peak memory is the process's largest resident set, runtime included.",
      loadNote(),
    ],
    rows,
  });
}
