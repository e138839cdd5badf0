import type { Snapshot } from "../engine.js";
import { GraftError, isGraftError } from "../errors.js";
import type { Json } from "../program.js";
import type { FloatWeights, Weights } from "../weights/host-tensor.js";
import type { SafetensorsStore } from "../weights/store.js";
import type { TrainCheckpoint, TrainPoint, TrainProgress } from "./train-options.js";

/** A checkpoint and whatever plain data its run needs to go on, such as the resolved config. */
export type SavedCheckpoint = { readonly checkpoint: TrainCheckpoint; readonly extra: Json };

/** A checkpoint as the content of one safetensors file; everything that is not an array is in its metadata. */
export function encodeCheckpoint({ checkpoint, extra }: SavedCheckpoint): {
  weights: Weights;
  metadata: Readonly<Record<string, string>>;
} {
  const { best, rollback, ...point } = checkpoint;
  const { snapshot } = point;
  const now = arraysOf(snapshot);
  const state: State = {
    ...stateOf(point),
    optimizer: snapshot.optimizer && {
      name: snapshot.optimizer.name,
      slots: Object.keys(snapshot.optimizer.state),
    },
    extra,
    ...(best && { best: true }),
    ...(rollback && { rollback: stateOf(rollback) }),
  };
  const weights = {
    ...now,
    ...(best && changed("best", arraysOf({ ...best, optimizer: null }), now)),
    ...(rollback && changed("rollback", arraysOf(rollback.snapshot), now)),
  };
  return { weights, metadata: { format, state: JSON.stringify(state) } };
}

const format = "graft-checkpoint-1";

type PointState = {
  snapshot: { step: number; seed: number };
  progress: TrainProgress;
};

type State = PointState & {
  optimizer: { name: string; slots: readonly string[] } | null;
  extra: Json;
  best?: true;
  rollback?: PointState;
};

function stateOf({ snapshot: { step, seed }, ...progress }: TrainPoint): PointState {
  return { snapshot: { step, seed }, progress };
}

/** The arrays by role and name: "weights/", "buffers/", or an optimizer's slot after "optimizer/". */
function arraysOf(snapshot: Pick<Snapshot, "weights" | "buffers" | "optimizer">): FloatWeights {
  const { weights, buffers, optimizer } = snapshot;
  const slots = Object.entries(optimizer?.state ?? {}).map(
    ([slot, arrays]) => [`optimizer/${slot}`, arrays] as const,
  );
  const parts = [["weights", weights], ["buffers", buffers], ...slots] as const;
  return Object.fromEntries(
    parts.flatMap(([part, arrays]) =>
      Object.entries(arrays).map(([name, array]) => [`${part}/${name}`, array] as const),
    ),
  );
}

/** What differs to the bit from the arrays of now: what is frozen is written once. */
const changed = (group: Group, arrays: FloatWeights, now: FloatWeights): FloatWeights =>
  Object.fromEntries(
    Object.entries(arrays)
      .filter(([key, array]) => !isSame(array.data, now[key]?.data))
      .map(([key, array]) => [`${group}/${key}`, array]),
  );

type Group = "best" | "rollback";

function isSame(a: Float32Array, b: Float32Array | undefined): boolean {
  if (a === b) return true;
  if (b?.length !== a.length) return false;
  const words = ({ buffer, byteOffset, length }: Float32Array) =>
    new Uint32Array(buffer, byteOffset, length);
  const [ours, theirs] = [words(a), words(b)];
  return ours.every((word, at) => word === theirs[at]);
}

/** Reads what `encodeCheckpoint` made. Throws `checkpoint-corrupt`, naming the file. */
export async function decodeCheckpoint(store: SafetensorsStore): Promise<SavedCheckpoint> {
  try {
    const state = parseState(await store.metadata());
    const arrays = await readArrays(store);
    const point = pointFrom(state, state, arrays);
    const { best, rollback } = state;
    const { weights, buffers } = snapshotFrom({ ...state, optimizer: null }, arrays, "best/");
    const checkpoint: TrainCheckpoint = {
      ...point,
      ...(best && { best: { weights, buffers } }),
      ...(rollback && { rollback: pointFrom(rollback, state, arrays, "rollback/") }),
    };
    return { checkpoint, extra: state.extra };
  } catch (cause) {
    throw isGraftError(cause, "weights-corrupt") || !isGraftError(cause)
      ? unreadable(store.name, cause)
      : cause;
  }
}

const pointFrom = (
  { snapshot, progress }: PointState,
  { optimizer }: State,
  arrays: FloatWeights,
  group = "",
): TrainPoint => ({ snapshot: snapshotFrom({ snapshot, optimizer }, arrays, group), ...progress });

/** What `evaluate` returned at that point, read without the arrays. Throws `checkpoint-corrupt`. */
export async function metricsOf(store: SafetensorsStore): Promise<TrainProgress["metrics"]> {
  try {
    return parseState(await store.metadata()).progress.metrics;
  } catch (cause) {
    throw isGraftError(cause, "weights-corrupt") || !isGraftError(cause)
      ? unreadable(store.name, cause)
      : cause;
  }
}

/** The arrays of a group, or those of now where they are the same. */
function snapshotFrom(
  { snapshot, optimizer }: Pick<State, "snapshot" | "optimizer">,
  arrays: FloatWeights,
  group: string,
): Snapshot {
  const part = (role: string): FloatWeights =>
    Object.fromEntries(
      Object.entries(arrays)
        .filter(([key]) => key.startsWith(`${role}/`))
        .map(([key, array]) => [key.slice(role.length + 1), arrays[group + key] ?? array]),
    );
  const state = optimizer?.slots.map((slot) => [slot, part(`optimizer/${slot}`)] as const) ?? [];
  return {
    ...snapshot,
    weights: part("weights"),
    buffers: part("buffers"),
    optimizer: optimizer && { name: optimizer.name, state: Object.fromEntries(state) },
  };
}

const known = /^((best|rollback)\/)?(weights|buffers|optimizer\/[^/]+)\//;

async function readArrays(store: SafetensorsStore): Promise<FloatWeights> {
  const arrays: Record<string, FloatWeights[string]> = {};
  for (const key of Object.keys(await store.list())) {
    const array = await store.get(key);
    if (!known.test(key) || array.dtype !== "float32") {
      throw new TypeError(`the array "${key}" (${array.dtype}) is none of a checkpoint's`);
    }
    arrays[key] = array;
  }
  return arrays;
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
  if (!isRecord(value) || !isPoint(value)) return false;
  const { optimizer, rollback } = value;
  const named = optimizer === null || (isRecord(optimizer) && Array.isArray(optimizer.slots));
  return named && "extra" in value && (rollback === undefined || isPoint(rollback));
}

function isPoint(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.snapshot) || !isRecord(value.progress)) return false;
  const { step, seed } = value.snapshot;
  const { step: made, epoch, lossSum, metrics } = value.progress;
  const counts = [step, seed, made, epoch, lossSum].every((count) => typeof count === "number");
  return counts && isRecord(metrics);
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
