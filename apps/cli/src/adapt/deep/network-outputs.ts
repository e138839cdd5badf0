import {
  createPass,
  type Engine,
  evaluationBatches,
  type FloatWeights,
  GraftError,
  type HostTensor,
  type Model,
  type Program,
  paramGroups,
  runStages,
  type Source,
  stageAfter,
  type Task,
} from "@graft-ml/core";
import { type Matrix, matrixOf } from "@graft-ml/domain-adapt";
import { mean, type Tensor4D } from "@tensorflow/tfjs-core";
import { stacked } from "../../stacked.js";
import { type FeaturesProgress, progressAt } from "../domain-features.js";

/** What a network gives of every sample of a domain, in their order. */
export type NetworkOutputs = {
  /** What its head reads (N, D). */
  readonly features: Matrix;
  readonly logits: Matrix;
};

type Asked = {
  /** Whose outputs they are, for people. */
  readonly of: string;
  readonly model: Model;
  readonly weights: FloatWeights;
  readonly task: Task;
  readonly source: Source;
  readonly batchSize: number;
  readonly signal: AbortSignal;
};

/** One pass over the samples as they are. Throws `aborted`. */
export async function* networkOutputs(
  engine: Engine,
  asked: Asked,
): AsyncGenerator<FeaturesProgress, NetworkOutputs> {
  const { of, weights, task, source, signal } = asked;
  const batchSize = Math.min(asked.batchSize, source.size);
  const program = outputProgram(asked);
  const session = await engine.open({ weights, groups: paramGroups({ freeze: () => true }) });
  const began = performance.now();
  const features: HostTensor<"float32">[] = [];
  const logits: HostTensor<"float32">[] = [];
  let count = 0;
  try {
    for await (const batch of evaluationBatches(onlyRead(source, task), { batchSize })) {
      if (signal.aborted) throw stopped(count);
      const { weight: _, ...inputs } = batch;
      const { outputs } = await session.run(program, inputs);
      const rows = Math.min(batchSize, source.size - count);
      features.push(firstRows(outputs.features, rows));
      logits.push(firstRows(outputs.logits, rows));
      count += rows;
      yield progressAt(count, { of, total: source.size }, began);
    }
  } finally {
    await session.close();
  }
  return { features: matrixOf(stacked(features)), logits: matrixOf(stacked(logits)) };
}

/** Both of what the head reads and of what it says. */
function outputProgram({ model, task }: Pick<Asked, "model" | "task">): Program {
  const stage = model.stages.at(-2)!.name;
  const head = stageAfter(model, stage)!;
  const { sides = [] } = task;
  return {
    key: `${task.key}/outputs`,
    config: { model: model.config, task: task.config },
    run: (input) => {
      const { batch } = input;
      const inputs = Object.fromEntries(
        Object.entries(batch).filter(([name]) => sides.includes(name)),
      );
      const pass = createPass({ ...input, training: false, inputs });
      const params = { ...input.params, ...input.buffers };
      const x = runStages(model, params, task.enter(batch), pass, { to: stage });
      const logits = runStages(model, params, x, pass, { from: head });
      const features = x.rank === 4 ? mean(x as Tensor4D, [1, 2]) : x;
      return { outputs: { features, logits } };
    },
  };
}

/** Labels stay where they are. */
const onlyRead = ({ size, load }: Source, { inputs, sides = [] }: Task): Source => ({
  size,
  load: async (indices, context) => {
    const fields = Object.entries(await load(indices, context));
    return Object.fromEntries(
      fields.filter(([name]) => inputs.includes(name) || sides.includes(name)),
    );
  },
});

function firstRows(tensor: HostTensor | undefined, rows: number): HostTensor<"float32"> {
  const { shape = [], data } = tensor ?? {};
  const columns = shape[1] ?? 0;
  if (data instanceof Float32Array && shape.length === 2) {
    return { dtype: "float32", shape: [rows, columns], data: data.slice(0, rows * columns) };
  }
  throw new GraftError(
    "shape-mismatch",
    `The network gives [${shape}] before or after its head, and not a row a sample. Choose another backbone.`,
    { details: { shape } },
  );
}

const stopped = (count: number): GraftError =>
  new GraftError("aborted", `Stopped after ${count} samples. Nothing was written.`);
