import {
  type Engine,
  evaluationBatches,
  type FloatWeights,
  type Judge,
  type JudgeProgress,
  judged,
  type Model,
  paramGroups,
  type Source,
  taskProgram,
  type Verdict,
  weightsOf,
} from "@graft-ml/core";
import type { Picture } from "../picture/picture.js";
import { type Preprocess, pictureBatch, preprocess } from "../picture/preprocess.js";
import { pictureTask } from "./picture-task.js";

export type PictureNetworkOptions = {
  engine: Engine;
  model: Model;
  weights: FloatWeights;
  preprocess: Preprocess;
};

/** A trained network on an engine until it is closed, whatever its outputs mean. */
export type PictureNetwork = {
  /** Decoded RGB pictures to one row of logits, or of numbers, each. */
  outputs(pictures: readonly Picture[]): Promise<readonly Float32Array[]>;
  /** Judges a source of `image` and of what the judge asks for; returns the verdict. */
  judge<V extends Verdict>(
    source: Source,
    options: { judge: Judge<V>; batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<JudgeProgress, V & { readonly count: number }>;
  close(): Promise<void>;
};

const CHUNK = 32;

/** Opens a session whose weights are all frozen. */
export async function openPictureNetwork(options: PictureNetworkOptions): Promise<PictureNetwork> {
  const { engine, model, weights } = options;
  const session = await engine.open({
    weights: weightsOf(model, weights, {}),
    groups: paramGroups({ freeze: () => true }),
  });
  const program = taskProgram({ model, task: pictureTask(options) });
  const chunkOutputs = async (chunk: readonly Picture[]): Promise<Float32Array[]> => {
    const image = pictureBatch(chunk.map((picture) => preprocess(picture, options.preprocess)));
    const { outputs } = await session.run(program, { image });
    const all = outputs.logits?.data as Float32Array;
    const width = model.numClasses;
    return chunk.map((_, row) => all.subarray(row * width, (row + 1) * width));
  };
  return {
    outputs: async (pictures) => {
      const rows: Float32Array[] = [];
      for (let start = 0; start < pictures.length; start += CHUNK) {
        rows.push(...(await chunkOutputs(pictures.slice(start, start + CHUNK))));
      }
      return rows;
    },
    judge: (source, { judge, batchSize = 32, signal }) => {
      const batches = evaluationBatches(source, { batchSize: Math.min(batchSize, source.size) });
      return judged({ session, program, batches, judge, ...(signal ? { signal } : {}) });
    },
    close: () => session.close(),
  };
}
