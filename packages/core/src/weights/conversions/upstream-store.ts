import type { Model } from "../../models/model.js";
import { once, type WeightStore } from "../store.js";
import { withoutPrefix } from "../without-prefix.js";
import { fusedBert, tensorflowBert } from "./bert.js";
import { convertStore } from "./convert-store.js";
import {
  kerasDarknetTiny,
  kerasMobilenetV1,
  kerasMobilenetV2,
  kerasResnet,
  kerasVgg,
} from "./keras.js";
import type { ConversionTable } from "./table.js";
import { timmMobilenetV2, timmVgg } from "./timm.js";

type Config = Model["config"];

/** Which tables there are for an architecture, by its name. */
const families: readonly (readonly [RegExp, (config: Config) => readonly ConversionTable[]])[] = [
  [
    /^vgg/,
    (config) => {
      const flatten = config.flatten === "nhwc" ? "nhwc" : "nchw";
      return [kerasVgg(blocksOf(config), flatten), timmVgg];
    },
  ],
  [/^(?:wide_)?resne(?:t|xt)(?!.*cifar)/, (config) => [kerasResnet(blocksOf(config))]],
  [/^mobilenet_?v1/, () => [kerasMobilenetV1]],
  [/^mobilenet_?v2/, () => [kerasMobilenetV2, timmMobilenetV2]],
  [/^darknet/, () => [kerasDarknetTiny]],
  [/bert/, () => [tensorflowBert, fusedBert]],
];

const blocksOf = ({ blocks }: Config): readonly number[] =>
  Array.isArray(blocks) ? blocks.filter((each) => typeof each === "number") : [];

/** The tables of other sources for a model's weights: Keras's, timm's, TensorFlow's. */
export const conversionsFor = (model: Model): readonly ConversionTable[] =>
  families.find(([name]) => name.test(model.architecture))?.[1](model.config) ?? [];

/** PyTorch's DataParallel puts it before every name. */
const parallel = "module.";

/**
 * A published file's weights under the model's names and layout, whoever wrote it: without
 * DataParallel's "module.", converted where the names are another source's, and else as they are.
 * Throws what `convertStore` throws.
 */
export function upstreamStore(
  model: Model,
  store: WeightStore,
  options: { /** Converted arrays on SharedArrayBuffers. Default false. */ shared?: boolean } = {},
): WeightStore {
  const chosen = once(async () => {
    const names = Object.keys(await store.list());
    const prefixed = names.length > 0 && names.every((name) => name.startsWith(parallel));
    const bare = prefixed ? withoutPrefix(store, parallel) : store;
    const found = prefixed ? names.map((name) => name.slice(parallel.length)) : names;
    const table = conversionsFor(model).find(({ mark }) => found.some((name) => mark.test(name)));
    return table ? convertStore(bare, table, options) : bare;
  });
  return {
    name: store.name,
    list: async () => (await chosen()).list(),
    get: async (name) => (await chosen()).get(name),
  };
}
