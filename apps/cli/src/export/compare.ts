import type { Acquired } from "@graft-ml/gpu-backend";
import { versions } from "../run/versions.js";
import type { Opened } from "./format.js";
import { differenceOf, type Parity } from "./parity.js";
import type { Samples } from "./samples.js";
import { type Trained, trainerLogits } from "./trainer.js";

/** Asks the trainer and the export the same, one after the other: the memory of one is free before the other begins. */
export async function compareWithTrainer(input: {
  readonly format: string;
  readonly engine: Acquired;
  readonly source: Trained;
  readonly samples: Samples;
  open(): Promise<Opened>;
}): Promise<Parity> {
  const { format, engine, source, samples, open } = input;
  const { names, kind, from, items } = samples;
  const trainer = await collected(trainerLogits(engine, source, items));
  const opened = await open();
  try {
    const exported = await collected(opened.logits(items));
    return {
      format,
      outputs: source.reading ? "logits" : "last_hidden_state",
      ...differenceOf(trainer, exported, source.reading),
      trainer: engine.reason,
      exported: opened.runtime,
      samples: { kind, count: names.length, from, names },
      versions: { graft: versions.graft, node: versions.node },
    };
  } finally {
    await opened.close();
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
