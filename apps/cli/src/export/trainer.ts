import { type Engine, paramGroups, taskProgram } from "@graft-ml/core";
import { type Picture, pictureBatch, pictureTask, preprocess } from "@graft-ml/vision";
import type { ModelSource } from "../source/model-source.js";

/** Logits of each picture, one after the other. */
export type Logits = (pictures: readonly Picture[]) => AsyncGenerator<Float32Array>;

/** A network with its weights, and how pictures enter it. */
export type Trained = Pick<ModelSource, "model" | "weights" | "preprocess" | "reading">;

const CHUNK = 8;

/** What the trainer itself says of pictures: the network on the engine it is trained with. */
export async function* trainerLogits(
  engine: Engine,
  source: Trained,
  pictures: readonly Picture[],
): AsyncGenerator<Float32Array> {
  const { model, weights } = source;
  const program = taskProgram({ model, task: pictureTask(source) });
  const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
  try {
    for (const chunk of chunks(pictures, CHUNK)) {
      const image = pictureBatch(chunk.map((picture) => preprocess(picture, source.preprocess)));
      const { outputs } = await session.run(program, { image });
      yield* rows(outputs.logits?.data as Float32Array, chunk.length);
    }
  } finally {
    await session.close();
  }
}

export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The rows of an array (count, classes), each its own. */
export function* rows(data: Float32Array, count: number): Generator<Float32Array> {
  const width = data.length / count;
  for (let row = 0; row < count; row++) yield data.slice(row * width, (row + 1) * width);
}
