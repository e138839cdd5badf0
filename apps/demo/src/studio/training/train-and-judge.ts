import type { Engine } from "@graft-ml/core";
import { dataCheck } from "../keep/data-check.js";
import { runConfig } from "../keep/run-config.js";
import type { RunFacts } from "../keep/run-files.js";
import type { Network } from "../networks/network.js";
import { copiesAmong } from "../samples/copies-among.js";
import type { Medium } from "../samples/medium.js";
import type { Held } from "../samples/mediums.js";
import type { Shelf } from "../samples/shelf.js";
import type { Contestant, TrainEvent, Trained, TrainOrder } from "../studio.js";
import { dataOf, type LabelledSample } from "./data.js";
import { judgedBy } from "./judged.js";
import { splitData } from "./split.js";
import { start, trainOne } from "./train-one.js";
import { trainingOptions } from "./training-options.js";

/** A training that came to its end. */
export type Finished = {
  readonly network: Network;
  readonly trained: Trained;
  readonly run: RunFacts;
};

type Input = {
  readonly order: TrainOrder;
  readonly medium: Medium<Held>;
  readonly network: Network;
  readonly engine: Engine;
  readonly shelf: Shelf;
  readonly signal: AbortSignal;
  readonly tell: (event: TrainEvent) => void;
};

/** Trains as ordered and judges by what was set apart; from scratch besides, where that was asked for. */
export async function trainAndJudge(input: Input): Promise<Finished> {
  const { order, medium, network, shelf, tell } = input;
  const began = performance.now();
  const { kind, strategy, epochs, seed, leftOut } = order;
  const chosen = { seed, ...(epochs === undefined ? {} : { epochs }) };
  const options = trainingOptions(kind, { ...chosen, strategy });
  const data = dataOf(kind, order.classes, shelf);
  const { classes } = data;
  const ids = data.samples.map(({ id }) => id);
  const copies = await copiesAmong(data.samples, { medium, held: shelf.take(ids) });
  const split = splitData(data, { medium, copies, validation: options.validation, seed });
  const parts = { train: part(shelf, split.train), validation: part(shelf, split.validation) };
  const total = ids.length;
  let count = 0;
  await medium.enter(shelf.take(ids), network, () => {
    tell({ type: "features", of: "transfer", count: ++count, total });
  });
  const contest = async (of: Contestant) => {
    const own = of === "scratch" ? trainingOptions(kind, { ...chosen, strategy: of }) : options;
    const one = await trainOne({ ...input, ...parts, classes, of, options: own });
    tell({ type: "scoring", of });
    const rows = await rowsOf(input, one.network, parts.validation.samples);
    return { ...one, rows, judged: judgedBy(rows, split.validation, classes) };
  };
  const { network: result, metrics, rows, judged } = await contest("transfer");
  const scratch = order.scratch ? (await contest("scratch")).judged : undefined;
  const trained: Trained = {
    ...judged,
    seconds: (performance.now() - began) / 1000,
    trainedOn: split.train.length,
    ...(scratch ? { scratch: { accuracy: scratch.accuracy } } : {}),
  };
  const about = split.validation.map(({ name, label }, at) => ({
    ...{ name, label, logits: rows[at]! },
    ...textOf(parts.validation.samples[at]!),
  }));
  const begun = await start({ medium, network, classes, of: "transfer", options });
  const run = {
    config: await runConfig({ options, network, start: begun, classes, split }),
    check: dataCheck({ classes, split, copies, leftOut }),
    ...{ trained, metrics, judged: about },
  };
  return { network: result, trained, run };
}

const part = (shelf: Shelf, labelled: readonly LabelledSample[]) => ({
  samples: shelf.take(labelled.map(({ id }) => id)),
  labels: labelled.map(({ label }) => label),
});

/** What a sample says, where it says something. */
function textOf(sample: Held): { text?: string } {
  const { text } = sample as Held & { text?: string };
  return text === undefined ? {} : { text };
}

async function rowsOf(
  { medium, engine }: Input,
  network: Network,
  samples: readonly Held[],
): Promise<readonly Float32Array[]> {
  const asked = await medium.ask(engine, network);
  try {
    return await asked.held(samples);
  } finally {
    await asked.close();
  }
}
