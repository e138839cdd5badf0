import { createBatches, type Source } from "../data/batch.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Batch, Engine } from "../engine.js";
import { adamw } from "../optim/adamw.js";
import type { Optimizer, Schedule } from "../optim/optimizer.js";
import { decodeCheckpoint, encodeCheckpoint } from "../train/checkpoint.js";
import { train } from "../train/train.js";
import type { TrainEvent } from "../train/train-event.js";
import type { TrainCheckpoint, TrainOptions } from "../train/train-options.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { writeSafetensors } from "../weights/safetensors.js";
import { memorySource, safetensorsStore } from "../weights/store.js";
import { bitsOf, slice } from "./conformance/arrays.js";
import { mlp } from "./conformance/programs.js";

/** The conformance suite's classifier (with dropout) on 22 samples; each epoch's are moved a little. */
const all = mlp.batch(22);
export const movingSource: Source = {
  size: 22,
  load: async (indices, { epoch }) => {
    const rows = indices.map((index) => slice(all, index, index + 1));
    const join = (name: string) => rows.flatMap((row) => Array.from(row[name]!.data, Number));
    const moved = Uint8Array.from(join("pixels"), (value) => (value + epoch) % 256);
    return {
      pixels: { dtype: "uint8", shape: [indices.length, 8], data: moved },
      labels: { dtype: "int32", shape: [indices.length], data: Int32Array.from(join("labels")) },
    } satisfies Batch;
  },
};

export type TrainRun = {
  events: TrainEvent[];
  checkpoints: TrainCheckpoint[];
  weights: FloatWeights;
  /** The session's snapshot at the end, to be compared to the bit. */
  bits: unknown;
  error: unknown;
};

export type TrainRunOptions = Partial<TrainOptions> & {
  everySteps?: number;
  everySeconds?: number;
  /** Aborts after the first event that this is true of. */
  stopAfter?: (event: TrainEvent) => boolean;
  /** Reads no further than this many events, as if the process were gone: nothing is saved. */
  killAfter?: number;
  optimizer?: (learningRate: Schedule) => Optimizer;
  createEngine?: () => Promise<Engine>;
};

/** Trains the classifier for three epochs of six steps; what is saved has been a file's bytes. */
export async function trainRun(more: TrainRunOptions = {}): Promise<TrainRun> {
  const { everySteps, everySeconds, stopAfter, killAfter, createEngine, optimizer, ...options } =
    more;
  const engine = await (createEngine ?? (() => createEagerEngine({ backend: "cpu" })))();
  const rate = options.rate ?? ((step: number) => 0.02 / (1 + step));
  const made = optimizer?.(rate) ?? adamw({ learningRate: rate });
  const session = await engine.open({ weights: mlp.weights, optimizer: made, seed: 9 });
  const result: TrainRun = {
    events: [],
    checkpoints: [],
    weights: {},
    bits: undefined,
    error: undefined,
  };
  const abort = new AbortController();
  try {
    const events = train({
      session,
      program: mlp.program,
      batches: createBatches(movingSource, { batchSize: 4, seed: 2 }),
      epochs: 3,
      rate,
      signal: abort.signal,
      checkpoint: {
        ...(everySteps === undefined ? {} : { everySteps }),
        ...(everySeconds === undefined ? {} : { everySeconds }),
        save: async (checkpoint) => void result.checkpoints.push(await asFile(checkpoint)),
      },
      ...options,
    });
    for await (const event of events) {
      result.events.push(event);
      if (stopAfter?.(event)) abort.abort();
      if (result.events.length === killAfter) break;
    }
  } catch (error) {
    result.error = error;
  }
  const snapshot = await session.snapshot();
  result.weights = snapshot.weights;
  result.bits = bitsOf(snapshot);
  await engine.close();
  return result;
}

/** Written and read again. */
async function asFile(checkpoint: TrainCheckpoint): Promise<TrainCheckpoint> {
  const { weights, metadata } = encodeCheckpoint({ checkpoint, extra: null });
  const store = safetensorsStore(memorySource(writeSafetensors(weights, metadata)));
  return (await decodeCheckpoint(store)).checkpoint;
}

/** Events without what depends on the clock. */
export const timeless = (events: readonly TrainEvent[]) =>
  events.map((event) =>
    Object.fromEntries(
      Object.entries(event).filter(([key]) => !key.toLowerCase().includes("second")),
    ),
  );

export const ofType = <T extends TrainEvent["type"]>(events: readonly TrainEvent[], type: T) =>
  events.filter((event): event is Extract<TrainEvent, { type: T }> => event.type === type);
