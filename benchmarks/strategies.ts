// Which strategy for how many pictures: probe, fine-tune, gradual, adapters and scratch on 5, 20 and all pictures a class.
//   pnpm --filter @graft-ml/benchmarks exec tsx strategies.ts [--network embedded|mobilenet_v2] [--set NAME ...] [--seeds N] [--strategy NAME ...] [--per-class N ...] [--keep FILE]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { defaultCut, type FineTuneOptions, stratifiedSplit } from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import type { PictureSample } from "@graft-ml/vision/node";
import { classify, mean, openSet, pictureSets, spread } from "./lib/classify.js";
import { openEmbedded } from "./lib/embedded.js";
import { fewPerClass } from "./lib/few-per-class.js";
import { keeper } from "./lib/keep.js";
import { openNetwork, sharedFolder } from "./lib/networks.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

/** By hand: the same epochs and rates for each, as a careful person would set them; "last" is the cut before the last sixth. */
const strategies: Readonly<Record<string, Partial<FineTuneOptions>>> = {
  defaults: {},
  probe: { strategy: "probe" },
  "last stage, gently": { strategy: "finetune", cut: "last", tail: { rate: 1e-4 } },
  "last stage, briskly": { strategy: "finetune", cut: "last", tail: { rate: 3e-4 } },
  all: { strategy: "finetune", cut: null, tail: { rate: 1e-4, layerDecay: 0.75 } },
  gradual: { strategy: "gradual", cut: null },
  adapters: { strategy: "finetune", cut: null, learners: { rank: 8 } },
  scratch: { strategy: "scratch", tail: { epochs: 20 } },
};
const { values: options } = parseArgs({
  options: {
    network: { type: "string", default: "embedded" },
    set: { type: "string", multiple: true, default: Object.keys(pictureSets) },
    strategy: { type: "string", multiple: true, default: Object.keys(strategies) },
    "per-class": { type: "string", multiple: true, default: ["5", "20", "all"] },
    seeds: { type: "string", default: "5" },
    /** Where rows are kept, so that a run that was cut goes on. */
    keep: { type: "string" },
    /** One cell, in a process of its own so that its peak of memory is its own. */
    cell: { type: "boolean", default: false },
  },
});
const TEST_SHARE = 0.3;

if (options.cell) console.log(JSON.stringify(await measureCell()));
else await measureAll();

async function measureCell() {
  const engine = await acquire({ device: "native" });
  const network =
    options.network === "embedded"
      ? await openEmbedded()
      : await openNetwork("mobilenet_v2", sharedFolder("weights/mobilenet_v2_100_224-imagenet"));
  const [set, strategy, perClass] = [options.set, options.strategy, options["per-class"]].map(
    ([one = ""]) => one,
  ) as [string, string, string];
  const pictures = await openSet(set);
  const outcomes: { accuracy: number; seconds: number }[] = [];
  for (let seed = 1; seed <= Number(options.seeds); seed++) {
    const { train: most, test } = holdOut(pictures.samples, seed);
    const train =
      perClass === "all" ? most : fewPerClass(most, { perClass: Number(perClass), seed }).train;
    const said = strategies[strategy]!;
    const cut = said.cut === "last" ? { cut: defaultCut(network.model) } : {};
    const given = { engine, seed, ...said, ...cut };
    outcomes.push(await classify({ network, pictures, split: { train, test }, options: given }));
  }
  await engine.close();
  return { outcomes, peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) };
}

function holdOut(samples: readonly PictureSample[], seed: number) {
  const labels = samples.map(({ label }) => label);
  const { train, validation } = stratifiedSplit(labels, { validation: TEST_SHARE, seed });
  const at = (indices: readonly number[]) => indices.map((index) => samples[index]!);
  return { train: at(train), test: at(validation) };
}

async function measureAll(): Promise<void> {
  const kept = keeper<Row>(options.keep);
  const rows: Row[] = [];
  for (const set of options.set) {
    for (const perClass of options["per-class"]) {
      for (const strategy of options.strategy) {
        const name = [options.network, options.seeds, set, perClass, strategy].join("/");
        rows.push(await kept(name, async () => measure({ set, perClass, strategy })));
      }
    }
  }
  console.log(markdownTable(rows));
  await writeResult(`strategies-${options.network}`, {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx strategies.ts --network ${options.network}${options.set.map((set) => ` --set ${set}`).join("")}`,
    notes: [
      `Accuracy in percent on ${100 * TEST_SHARE} % of the pictures, held out by each of ${options.seeds} seeds: mean and standard deviation. Seconds of one training, decoding included; peak memory of the process that ran all seeds of a row.`,
      ...Object.entries(strategies).map(
        ([name, given]) => `${name}: \`${JSON.stringify(given)}\` in \`fineTune\`'s options.`,
      ),
    ],
    rows,
  });
}

function measure(cell: { set: string; perClass: string; strategy: string }): Row {
  const { set, perClass, strategy } = cell;
  const flags = ["--cell", "--network", options.network, "--seeds", options.seeds];
  const which = ["--set", set, "--per-class", perClass, "--strategy", strategy];
  const script = fileURLToPath(import.meta.url);
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--import", "tsx", script, ...flags, ...which],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (status !== 0) throw new Error(`${set}, ${perClass}, ${strategy} ended with ${status}.`);
  const { outcomes, peakMiB } = JSON.parse(stdout) as Awaited<ReturnType<typeof measureCell>>;
  const row = {
    set,
    "pictures a class": perClass,
    strategy,
    "accuracy, %": spread(outcomes.map(({ accuracy }) => accuracy)),
    seconds: mean(outcomes.map(({ seconds }) => seconds)).toFixed(1),
    "peak, MiB": peakMiB,
  };
  console.error(JSON.stringify(row));
  return row;
}
