import {
  type Batch,
  type Batches,
  createBatches,
  GraftError,
  randomWords,
  type Sampler,
  type Source,
  type Task,
} from "@graft-ml/core";
import { asTarget, RAMP } from "./target-fields.js";

export type DomainBatchesOptions = {
  /** The task's fields, labels among them. */
  readonly source: Source;
  /** Samples of the other domain, of which only what the task reads is taken: never their labels. */
  readonly target: Source;
  readonly task: Pick<Task, "inputs" | "sides">;
  /** Samples of each domain in a batch. */
  readonly batchSize: number;
  /** Decides both orders, which are not the same. */
  readonly seed: number;
  /** Which of the source's samples an epoch holds. Default: each once. */
  readonly sampler?: Sampler;
  /** How much the penalty counts after so many batches, such as `reversalRamp` of the progress. Default 1. */
  readonly ramp?: (step: number) => number;
};

/**
 * Batches of two domains: the source's fields, the target's under `target/`, and `ramp`, (B) float32. An
 * epoch is one of the source; the target goes round in its own order, an epoch of its own at a time, and
 * both can start at any step. Throws `dataset-empty` and `config-invalid` at once.
 */
export function domainBatches(options: DomainBatchesOptions): Batches {
  const { batchSize, seed, task, sampler, ramp = () => 1 } = options;
  const source = createBatches(options.source, {
    batchSize,
    seed,
    ...(sampler ? { sampler } : {}),
  });
  const targetSeed = randomWords({ seed, site: "domain/target" }, 1)[0]!;
  const target = createBatches(options.target, { batchSize, seed: targetSeed });
  return {
    stepsPerEpoch: source.stepsPerEpoch,
    async *from(first) {
      const others = target.from(first)[Symbol.asyncIterator]();
      let step = first;
      try {
        for await (const { epoch, batch } of source.from(first)) {
          const { value } = await others.next();
          yield { epoch, batch: join(batch, asTarget(value.batch, task), ramp(step)) };
          step += 1;
        }
      } finally {
        await others.return?.();
      }
    },
  };
}

function join(source: Batch, target: Batch, ramp: number): Batch {
  if (!Number.isFinite(ramp)) {
    throw new GraftError("config-invalid", `The ramp gave ${ramp}; it must be a finite number.`, {
      details: { ramp },
    });
  }
  const count = Object.values(source)[0]?.shape[0] ?? 0;
  const data = new Float32Array(count).fill(ramp);
  return { ...source, ...target, [RAMP]: { dtype: "float32", shape: [count], data } };
}
