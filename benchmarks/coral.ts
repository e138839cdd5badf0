// CORAL on two domains of 10,000 rows of 512 features: on an engine, in JavaScript alone, and by numpy.
//   pnpm --filter @graft-ml/benchmarks exec tsx coral.ts [--rows N] [--size D] [--rounds N]
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "./lib/alternate.js";
import { startPeer } from "./lib/peer.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "10000" },
    size: { type: "string", default: "512" },
    rounds: { type: "string", default: "5" },
  },
});
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const given = [options.rows, options.size];
const ours = (kind: string) =>
  startPeer(
    process.execPath,
    ["--import", "tsx", here("peers/coral.ts"), kind, ...given],
    process.env,
  );
const sides = {
  "ours, `engineAlgebra`": ours("engine"),
  "ours, `hostAlgebra`": ours("host"),
  "numpy, `eigh`": startPeer(
    "/usr/bin/python3",
    [here("peers/coral.py"), ...given],
    peerEnvironment(),
  ),
};
const times = new Map<string, number[]>(Object.keys(sides).map((name) => [name, []]));
for (const peer of Object.values(sides)) await peer.run(1);
for (let round = 0; round < Number(options.rounds); round++) {
  for (const [name, peer] of Object.entries(sides)) times.get(name)!.push(...(await peer.run(1)));
}
const rows: Row[] = Object.entries(sides).map(([name, peer]) => ({
  "CORAL by": name,
  "median, ms": median(times.get(name)!).toFixed(0),
  "least, ms": Math.min(...times.get(name)!).toFixed(0),
  "peak, MiB": Math.round(peer.peakMegabytes()),
}));
for (const peer of Object.values(sides)) await peer.stop();
console.log(markdownTable(rows));
await writeResult("coral", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx coral.ts --rows ${options.rows} --size ${options.size} --rounds ${options.rounds}`,
  notes: [
    `Two domains of ${options.rows} rows of ${options.size} features: both covariances, their roots, and the source moved; one run to warm up, then ${options.rounds} of each, in turns.`,
    "numpy is Debian's 1.24 with OpenBLAS on 2 threads.",
    loadNote(),
  ],
  rows,
});
