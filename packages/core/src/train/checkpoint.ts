import type { Snapshot } from "../engine.js";
import { GraftError, isGraftError } from "../errors.js";
import type { Json } from "../program.js";
import type { FloatWeights, Weights } from "../weights/host-tensor.js";
import type { SafetensorsStore } from "../weights/store.js";
import type { TrainCheckpoint } from "./train.js";

/** A checkpoint and whatever plain data its run needs to go on, such as the resolved config. */
export type SavedCheckpoint = { readonly checkpoint: TrainCheckpoint; readonly extra: Json };

/** The arrays by role: "weights", "buffers", or an optimizer's slot after "optimizer/". */
type Parts = Record<string, Record<string, FloatWeights[string]>>;

/** A checkpoint as the content of one safetensors file; everything that is not an array is in its metadata. */
export function encodeCheckpoint({ checkpoint, extra }: SavedCheckpoint): {
  weights: Weights;
  metadata: Readonly<Record<string, string>>;
} {
  const { snapshot, ...progress } = checkpoint;
  const { weights, buffers, optimizer, ...counters } = snapshot;
  const slots = Object.entries(optimizer?.state ?? {}).map(
    ([slot, arrays]) => [`optimizer/${slot}`, arrays] as const,
  );
  const parts = [["weights", weights], ["buffers", buffers], ...slots] as const;
  const named = parts.flatMap(([part, arrays]) =>
    Object.entries(arrays).map(([name, array]) => [`${part}/${name}`, array] as const),
  );
  const state: State = {
    snapshot: counters,
    progress,
    optimizer: optimizer ? { name: optimizer.name, slots: Object.keys(optimizer.state) } : null,
    extra,
  };
  return { weights: Object.fromEntries(named), metadata: { format, state: JSON.stringify(state) } };
}

const format = "graft-checkpoint-1";

type State = {
  snapshot: { step: number; seed: number };
  progress: Omit<TrainCheckpoint, "snapshot">;
  optimizer: { name: string; slots: readonly string[] } | null;
  extra: Json;
};

/** Reads what `encodeCheckpoint` made. Throws `checkpoint-corrupt`, naming the file. */
export async function decodeCheckpoint(store: SafetensorsStore): Promise<SavedCheckpoint> {
  try {
    const { snapshot, progress, optimizer, extra } = parseState(await store.metadata());
    const { weights = {}, buffers = {}, ...parts } = await readParts(store);
    const slots = optimizer?.slots.map((slot) => [slot, parts[`optimizer/${slot}`] ?? {}] as const);
    const whole: Snapshot = {
      ...snapshot,
      weights,
      buffers,
      optimizer: optimizer && { name: optimizer.name, state: Object.fromEntries(slots ?? []) },
    };
    return { checkpoint: { snapshot: whole, ...progress }, extra };
  } catch (cause) {
    throw isGraftError(cause, "weights-corrupt") || !isGraftError(cause)
      ? unreadable(store.name, cause)
      : cause;
  }
}

async function readParts(store: SafetensorsStore): Promise<Parts> {
  const parts: Parts = {};
  for (const key of Object.keys(await store.list())) {
    const [, part = "", name = ""] = /^(weights|buffers|optimizer\/[^/]+)\/(.*)$/s.exec(key) ?? [];
    const array = await store.get(key);
    if (part === "" || array.dtype !== "float32") {
      throw new TypeError(`the array "${key}" (${array.dtype}) is none of a checkpoint's`);
    }
    parts[part] ??= {};
    parts[part][name] = array;
  }
  return parts;
}

function parseState(metadata: Readonly<Record<string, string>>): State {
  if (metadata.format !== format) {
    throw new TypeError(`its format is ${JSON.stringify(metadata.format)}, not "${format}"`);
  }
  const state: unknown = JSON.parse(metadata.state ?? "");
  if (isState(state)) return state;
  throw new TypeError("its state is not that of a checkpoint");
}

function isState(value: unknown): value is State {
  if (!isRecord(value) || !isRecord(value.snapshot) || !isRecord(value.progress)) return false;
  const { step, seed } = value.snapshot;
  const { step: made, epoch, lossSum, metrics } = value.progress;
  const counts = [step, seed, made, epoch, lossSum].every((count) => typeof count === "number");
  const { optimizer } = value;
  const named = optimizer === null || (isRecord(optimizer) && Array.isArray(optimizer.slots));
  return counts && named && isRecord(metrics) && "extra" in value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function unreadable(file: string, cause: unknown): GraftError {
  const why = isGraftError(cause, "weights-corrupt") ? cause.details.why : undefined;
  return new GraftError(
    "checkpoint-corrupt",
    `The checkpoint ${file} can't be read: ${why ?? (cause instanceof Error ? cause.message : cause)}.`,
    { details: { file }, cause },
  );
}
