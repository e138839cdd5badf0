import type { HostTensor } from "../weights/host-tensor.js";
import type { WeightStore } from "../weights/store.js";
import { toFloat32 } from "../weights/to-float32.js";
import { isBertConfig } from "./bert-config.js";
import { bertStore } from "./bert-store.js";
import { modelFromConfig } from "./config.js";
import type { Model } from "./model.js";
import { firstFilter } from "./surgery.js";

/**
 * A published checkpoint as a changed model needs it, to be given to `loadWeights`: weights of a top
 * that was left out are hidden, BERT's old names and its optional prefix become the model's, and the first filter takes the model's channels: one channel gets the
 * sum over red, green and blue; more get them in turn, times 3 over their number (as in timm).
 * `prefix` is what the store's names have before the model's.
 */
export function fitStore(
  model: Model,
  store: WeightStore,
  { prefix = "" }: { prefix?: string } = {},
): WeightStore {
  if (isBertConfig(model.config)) return bertStore(model, store, prefix);
  const whole = modelFromConfig({ ...model.config, include_top: true, feature_pooling: null });
  const unused = new Set(
    Object.keys(whole.specs)
      .filter((name) => !Object.hasOwn(model.specs, name))
      .map((name) => prefix + name),
  );
  const first = prefix + firstFilter(model);
  const channels = model.specs[firstFilter(model)]?.shape[1] ?? 0;
  const fits = (name: string, shape: readonly number[]): boolean =>
    name !== first || shape.length !== 4 || shape[1] !== RGB || channels === RGB;
  return {
    name: store.name,
    async list() {
      const found = Object.entries(await store.list()).filter(([name]) => !unused.has(name));
      return Object.fromEntries(
        found.map(([name, info]) => {
          if (fits(name, info.shape)) return [name, info] as const;
          return [name, { ...info, shape: withChannels(info.shape, channels) }] as const;
        }),
      );
    },
    async get(name) {
      const tensor = await store.get(name);
      return fits(name, tensor.shape) ? tensor : adaptFilter(toFloat32(tensor), channels);
    },
  };
}

const RGB = 3;

const withChannels = ([out, , ...window]: readonly number[], channels: number): number[] => [
  out!,
  channels,
  ...window,
];

/** A filter for red, green and blue, [out, 3, H, W], as one for other channels. */
function adaptFilter(
  { data, shape }: HostTensor<"float32">,
  channels: number,
): HostTensor<"float32"> {
  const adapted = withChannels(shape, channels);
  const window = adapted[2]! * adapted[3]!;
  const result = new Float32Array(adapted.reduce((all, size) => all * size, 1));
  for (let index = 0; index < result.length; index++) {
    const row = Math.floor(index / window);
    const from = Math.floor(row / channels) * RGB * window + (index % window);
    if (channels === 1) {
      result[index] = data[from]! + data[from + window]! + data[from + 2 * window]!;
    } else {
      result[index] = (data[from + ((row % channels) % RGB) * window]! * RGB) / channels;
    }
  }
  return { dtype: "float32", shape: adapted, data: result };
}
