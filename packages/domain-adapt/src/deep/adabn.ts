import {
  type Engine,
  type FloatWeights,
  GraftError,
  type Model,
  mapWeights,
  type Pass,
  type Program,
  paramGroups,
  runStages,
  type Session,
  type Source,
  type Task,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { type Measured, pooledStatistics } from "./pooled-statistics.js";
import { unlabelledFields } from "./target-fields.js";

export type AdaptBatchNormOptions = {
  readonly engine: Engine;
  readonly model: Model;
  readonly weights: FloatWeights;
  readonly task: Task;
  /** Samples of the new domain; labels that it may have are not read. */
  readonly target: Source;
  /** The larger, the closer to the statistics of all samples together. Default 256. */
  readonly batchSize?: number;
  /** The model's batch norms' share of the new batch, by which their moves are told apart. Default 0.1. */
  readonly momentum?: number;
  readonly signal?: AbortSignal;
};

export type StatisticsProgress = {
  readonly type: "statistics-progress";
  readonly count: number;
  readonly total: number;
};

/**
 * AdaBN (Li et al. 2017, arXiv 1603.04779, algorithm 1): the running statistics of batch norm are measured
 * anew on the target, and nothing else changes. Each batch is normalised by its own statistics on its way
 * up; means and variances of the batches, and the variance between their means, make the whole. The
 * generator returns the weights. Throws `config-invalid` for a model without batch norm, `dataset-empty`
 * and `aborted`.
 */
export async function* adaptBatchNorm(
  options: AdaptBatchNormOptions,
): AsyncGenerator<StatisticsProgress, FloatWeights> {
  const { engine, model, weights, target, batchSize = 256, signal } = options;
  const program = statisticsProgram(options);
  const chunks = evenChunks(target.size, batchSize);
  const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
  const measured: Measured[] = [];
  try {
    let count = 0;
    for (const indices of chunks) {
      if (signal?.aborted) throw stopped(count);
      const outputs = await measure(options, { session, program, indices });
      measured.push({ outputs, share: indices.length / target.size });
      count += indices.length;
      yield { type: "statistics-progress", count, total: target.size };
    }
  } finally {
    await session.close();
  }
  const whole = pooledStatistics(measured);
  return mapWeights(weights, (own, name) => {
    const found = model.specs[name]?.role === "buffer" ? whole[name] : undefined;
    return found ? { ...own, data: Float32Array.from(found) } : own;
  });
}

type Measuring = { session: Session; program: Program; indices: readonly number[] };

async function measure(
  { target, task }: AdaptBatchNormOptions,
  { session, program, indices }: Measuring,
): Promise<Measured["outputs"]> {
  const batch = await target.load(indices, { epoch: 0 });
  const read = unlabelledFields(task);
  const fields = Object.entries(batch).filter(([name]) => read.includes(name));
  const { outputs } = await session.run(program, Object.fromEntries(fields));
  return outputs;
}

/** The batch's own statistics of every batch norm, under their names. Dropout stays off. */
function statisticsProgram({ model, task, momentum = 0.1 }: AdaptBatchNormOptions): Program {
  const statistics = Object.keys(model.specs).filter(
    (name) => model.specs[name]!.role === "buffer",
  );
  if (statistics.length === 0) {
    throw new GraftError(
      "config-invalid",
      `The model "${model.architecture}" has no batch norm, so it has no statistics to adapt. Choose another method.`,
      { details: { architecture: model.architecture } },
    );
  }
  return {
    key: `${task.key}/adapt/statistics`,
    config: { model: model.config, task: task.config, momentum },
    run: ({ params, buffers, batch, random }) => {
      // From 0, a move is the batch's own statistic times the momentum.
      const zeros = Object.fromEntries(
        statistics.map((name) => [name, tf.zeros([...model.specs[name]!.shape])]),
      );
      const names = new Map(Object.entries(zeros).map(([name, tensor]) => [tensor, name]));
      const outputs: Record<string, tf.Tensor> = {};
      const pass: Pass = {
        training: false,
        random,
        inputs: batch,
        moves: (statistic) => names.has(statistic),
        move: (statistic, next) => {
          outputs[names.get(statistic)!] = tf.div(next, momentum);
        },
      };
      runStages(model, { ...params, ...buffers, ...zeros }, task.enter(batch), pass);
      return { outputs };
    },
  };
}

/** Places 0 to count - 1 in chunks of one size, or one more: none is left with a sample alone. */
function evenChunks(count: number, size: number): number[][] {
  if (count === 0) {
    throw new GraftError("dataset-empty", "There are no samples to measure statistics of.");
  }
  const chunks = Math.max(1, Math.floor(count / size));
  const start = (chunk: number) => Math.floor((chunk * count) / chunks);
  return Array.from({ length: chunks }, (_, chunk) =>
    Array.from({ length: start(chunk + 1) - start(chunk) }, (_, i) => start(chunk) + i),
  );
}

const stopped = (count: number): GraftError =>
  new GraftError("aborted", `Measuring statistics was stopped after ${count} samples.`);
