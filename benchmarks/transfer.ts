// What transfer is worth: a probe and a fine-tune of the last stage against the same network from scratch, on 20 pictures a class.
//   pnpm --filter @graft-ml/benchmarks exec tsx transfer.ts [--network NAME ...] [--set NAME ...] [--seeds N] [--keep FILE]
import { parseArgs } from "node:util";
import { acquire } from "@graft-ml/gpu-backend";
import { classify, mean, openSet, spread, usualSets } from "./lib/classify.js";
import { openEmbedded } from "./lib/embedded.js";
import { fewPerClass } from "./lib/few-per-class.js";
import { keeper } from "./lib/keep.js";
import { type Network, openNetwork, sharedFolder } from "./lib/networks.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

const { values: options } = parseArgs({
  options: {
    network: { type: "string", multiple: true },
    set: { type: "string", multiple: true },
    seeds: { type: "string", default: "5" },
    epochs: { type: "string", default: "20" },
    /** Where accuracies are kept, so that a run that was cut goes on. */
    keep: { type: "string" },
  },
});
const PER_CLASS = 20;
const TUNING_EPOCHS = 10;
const seeds = Array.from({ length: Number(options.seeds) }, (_, index) => index + 1);
const strategies = ["scratch", "probe", "finetune"] as const;
const networks: Readonly<Record<string, () => Promise<Network>>> = {
  mobilenet_v2: () =>
    openNetwork("mobilenet_v2", sharedFolder("weights/mobilenet_v2_100_224-imagenet")),
  squeezenet1_0: () => openNetwork("squeezenet1_0", sharedFolder("weights/squeezenet1_0-imagenet")),
  embedded: openEmbedded,
};
/** What a run without --network and --set compares: the large network takes minutes a seed from scratch. */
const plan: Readonly<Record<string, readonly string[]>> = {
  mobilenet_v2: ["flowers", "signs"],
  embedded: usualSets,
};

const kept = keeper<number>(options.keep);
const engine = await acquire({ device: "native" });
for (const name of options.network ?? Object.keys(plan)) {
  const network = await networks[name]!();
  const rows: Row[] = [];
  for (const set of options.set ?? plan[name] ?? usualSets) {
    rows.push(await compare(network, set));
    console.log(JSON.stringify(rows.at(-1)));
  }
  console.log(markdownTable(rows));
  if (!options.set) await write(name, rows);
}
await engine.close();

function write(network: string, rows: readonly Row[]): Promise<void> {
  return writeResult(`transfer-${network}`, {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx transfer.ts --network ${network}`,
    notes: [
      `Accuracy in percent on the pictures left over, mean and standard deviation over ${seeds.length} seeds; each seed draws other ${PER_CLASS} training pictures a class, the same for all three.`,
      "scratch: every weight random at first, batch norm live; probe: a new head on frozen features; finetune: the probe, then the last stages (command's default cut).",
      `scratch trains ${options.epochs} epochs, the last stages ${TUNING_EPOCHS}; all else is the default.`,
    ],
    rows,
  });
}

async function compare(network: Network, set: string): Promise<Row> {
  const pictures = await openSet(set);
  const accuracies: Record<string, number[]> = { scratch: [], probe: [], finetune: [] };
  for (const seed of seeds) {
    const split = fewPerClass(pictures.samples, { perClass: PER_CLASS, seed });
    for (const strategy of strategies) {
      const epochs = strategy === "scratch" ? Number(options.epochs) : TUNING_EPOCHS;
      const given = { engine, strategy, seed, tail: { epochs } };
      const name = [network.name, set, seed, strategy].join("/");
      const accuracy = await kept(name, async () => {
        const done = await classify({ network, pictures, split, options: given });
        return done.accuracy;
      });
      accuracies[strategy]!.push(accuracy);
      console.error(`${network.name} ${set} seed ${seed} ${strategy}: ${accuracy.toFixed(1)}`);
    }
  }
  const gain = mean(accuracies.probe!) - mean(accuracies.scratch!);
  const cells = strategies.map((strategy) => [strategy, spread(accuracies[strategy]!)]);
  return {
    network: network.name,
    set,
    classes: pictures.classes.length,
    ...Object.fromEntries(cells),
    "probe - scratch": gain.toFixed(1),
  };
}
