import type { Engine } from "@graft-ml/core";
import { openMaskFiller, openTokenNetwork, type TokenRow, textTask } from "@graft-ml/nlp";
import { openPictureNetwork, type Picture } from "@graft-ml/vision";
import type { ExportSource } from "./exported-source.js";
import type { SampleItems } from "./samples.js";

/** A network with its weights, and how its input enters. */
export type Trained = Pick<ExportSource, "model" | "weights" | "input" | "reading">;

/** Whether its outputs are asked for at hidden words alone: those of every token would be the vocabulary's width each. */
export const isOfMasks = ({ reading }: Pick<Trained, "reading">): boolean =>
  reading?.task === "masked";

/** Logits of each sample, one after the other. */
export type Logits = (items: SampleItems) => AsyncGenerator<Float32Array>;

/** What the trainer itself says of samples: the network on the engine it is trained with. */
export async function* trainerLogits(
  engine: Engine,
  source: Trained,
  items: SampleItems,
): AsyncGenerator<Float32Array> {
  const network = await openNetwork(engine, source);
  try {
    yield* await network.outputs(items);
  } finally {
    await network.close();
  }
}

type Network = {
  outputs(items: SampleItems): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
};

async function openNetwork(engine: Engine, { input, ...trained }: Trained): Promise<Network> {
  if (input.modality === "pictures") {
    const network = await openPictureNetwork({ engine, ...trained, preprocess: input.preprocess });
    return { ...network, outputs: (items) => network.outputs(items as readonly Picture[]) };
  }
  const { tokenizer } = input;
  if (isOfMasks(trained)) {
    const filler = await openMaskFiller({ engine, ...trained, tokenizer });
    return {
      outputs: (items) => filler.ofRows(items as readonly TokenRow[]),
      close: filler.close,
    };
  }
  const network = await openTokenNetwork({ engine, ...trained, tokenizer, task: textTask() });
  return { ...network, outputs: (items) => network.outputs(items as readonly TokenRow[]) };
}

export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The rows of an array (count, classes), each its own. */
export function* rows(data: Float32Array, count: number): Generator<Float32Array> {
  const width = data.length / count;
  for (let row = 0; row < count; row++) yield data.slice(row * width, (row + 1) * width);
}
