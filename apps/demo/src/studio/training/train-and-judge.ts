import type { Engine } from "@graft-ml/core";
import type { RunFacts } from "../keep/run-files.js";
import type { Network } from "../networks/network.js";
import type { Medium } from "../samples/medium.js";
import type { Held } from "../samples/mediums.js";
import type { Shelf } from "../samples/shelf.js";
import type { Contestant, TrainEvent, Trained, TrainOrder } from "../studio.js";
import { judgedBy } from "./judged.js";
import { type LabelledId, splitIds } from "./split.js";
import { trainOne } from "./train-one.js";

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
  const { classes, strategy, epochs, seed } = order;
  const ids = classes.flatMap((one) => one.ids);
  const clusters = await medium.copies(shelf.take(ids));
  const split = splitIds(classes, clusters, seed);
  const parts = { train: part(shelf, split.train), validation: part(shelf, split.validation) };
  const total = ids.length;
  let count = 0;
  await medium.enter(shelf.take(ids), network, () => {
    tell({ type: "features", of: "transfer", count: ++count, total });
  });
  const contest = async (of: Contestant) => {
    const names = classes.map(({ name }) => name);
    const one = await trainOne({
      ...{ ...input, ...parts, classes: names, of, strategy, epochs, seed },
    });
    tell({ type: "scoring", of });
    const rows = await rowsOf(input, one.network, parts.validation.samples);
    return { ...one, rows, judged: judgedBy(rows, split.validation, names) };
  };
  const { network: result, metrics, rows, judged } = await contest("transfer");
  const scratch = order.scratch ? (await contest("scratch")).judged : undefined;
  const trained: Trained = {
    ...judged,
    seconds: (performance.now() - began) / 1000,
    trainedOn: split.train.length,
    ...(scratch ? { scratch: { accuracy: scratch.accuracy } } : {}),
  };
  const backbone = { name: network.name, architecture: network.model.architecture };
  const about = parts.validation.samples.map((sample, at) => ({
    ...named(sample),
    label: split.validation[at]!.label,
    logits: rows[at]!,
  }));
  const run = { backbone, strategy, epochs, seed, trained, metrics, judged: about };
  return { network: result, trained, run };
}

const part = (shelf: Shelf, labelled: readonly LabelledId[]) => ({
  samples: shelf.take(labelled.map(({ id }) => id)),
  labels: labelled.map(({ label }) => label),
});

/** What predictions call a sample; a text also by its beginning. */
function named(sample: Held): { name: string; text?: string } {
  const { name, text } = sample as Held & { text?: string };
  return text === undefined ? { name } : { name, text };
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
