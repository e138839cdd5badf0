// BERT on real texts of many lengths: a head on features that are kept, and batches of like length.
//   pnpm --filter @graft-ml/benchmarks exec tsx bert-texts.ts [--rounds N] [--texts N] [--model bert_base] [--alone] [CASE ...]
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { alternate } from "./lib/alternate.js";
import { startPeer } from "./lib/peer.js";
import { peerEnvironment } from "./lib/peer-environment.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";
import { paddingShares, tokenSets, writeTokens } from "./lib/token-file.js";

const { values: options, positionals: chosen } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    texts: { type: "string", default: "256" },
    model: { type: "string", default: "bert_base" },
    /** Leaves PyTorch out, which takes most of the time. */
    alone: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const [rounds, texts] = [Number(options.rounds), Number(options.texts)];
const batchSize = 8;

type Case = { readonly set: string; readonly what: string; readonly maxLength: number };
const cases: Readonly<Record<string, Case>> = {
  head: { set: "films", what: "head", maxLength: 128 },
  films: { set: "films", what: "full", maxLength: 128 },
  medical: { set: "medical", what: "full", maxLength: 512 },
};

const rows: Row[] = [];
for (const [name, input] of Object.entries(cases)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const row of await measured(input)) {
    rows.push(row);
    console.log(JSON.stringify(row));
  }
}
console.log(markdownTable(rows));
if (chosen.length === 0 || options.alone) {
  await writeResult(["bert-texts", ...chosen].join("-"), {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx bert-texts.ts --rounds ${rounds} --texts ${texts} --model ${options.model}${options.alone ? " --alone" : ""}${chosen.map((name) => ` ${name}`).join("")}`,
    notes: [
      `${options.model} on the first ${texts} texts of a set, in batches of ${batchSize}, without dropout; SST-2's texts have at most 128 tokens, abstracts 512. Weights are random.`,
      "`head`: the classifier alone learns, AdamW. Ours keeps the trunk's features, PyTorch runs the frozen trunk in every epoch, each batch padded to its own longest text. The first epoch, in which ours computes the features, is not in the medians.",
      "`full`: everything learns, AdamW. Batches of texts of like length, padded to the few lengths that `bucketLengths` chooses (PyTorch: to the longest of the batch), against all texts padded to the longest of all. `times` is the second column over the first.",
      `Medians over ${rounds} epochs of each, in alternation, after one to warm up (and compile). PyTorch is Debian's 1.13 with 2 threads and \`OMP_WAIT_POLICY=passive\`.`,
      loadNote(),
    ],
    rows,
  });
}

async function measured({ set, what, maxLength }: Case): Promise<readonly Row[]> {
  const { path, file } = await writeTokens(set, { texts, maxLength });
  const about = tokenSets[set]!.about;
  if (what === "head") return [await compared(`${about}: head`, [ours("head"), theirs("head")])];
  const { buckets, padded, lengths } = paddingShares(file, batchSize);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const padding = `${percent(buckets)} in ${lengths.length} lengths; ${percent(padded)} at the longest`;
  const pair = (side: typeof ours) => [side("buckets"), side("padded")] as const;
  const own = { ...(await compared(`${about}: full, ours`, pair(ours))), padding };
  return options.alone ? [own] : [own, await compared(`${about}: full, PyTorch`, pair(theirs))];

  function ours(name: string) {
    const args = ["--import", "tsx", here("peers/bert-texts.ts"), ...argsOf(name)];
    return { name: `ours, ${name}`, start: () => startPeer(process.execPath, args, process.env) };
  }
  function theirs(name: string) {
    const args = [here("peers/bert-texts.py"), ...argsOf(name)];
    const start = () => startPeer("/usr/bin/python3", args, peerEnvironment());
    return { name: `PyTorch, ${name}`, start };
  }
  function argsOf(name: string): string[] {
    return [name, options.model, path, String(batchSize)];
  }
}

type Side = { readonly name: string; readonly start: () => ReturnType<typeof startPeer> };

async function compared(what: string, [first, second]: readonly [Side, Side]): Promise<Row> {
  const [a, b] = [first.start(), second.start()];
  const result = await alternate(a, b, { warmUp: 1, rounds, runs: 1 });
  await Promise.all([a.stop(), b.stop()]);
  return {
    case: what,
    "first, ms": `${result.ours.toFixed(0)} (${first.name})`,
    "second, ms": `${result.theirs.toFixed(0)} (${second.name})`,
    times: (1 / result.ratio).toFixed(2),
    "peaks, MiB": `${result.oursPeakMB}; ${result.theirsPeakMB}`,
    padding: "",
  };
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
