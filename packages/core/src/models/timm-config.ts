import type { Json } from "../program.js";
import { invalid } from "./config-values.js";

type Config = Readonly<Record<string, Json>>;

const isObject = (value: Json | undefined): value is Config =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Arguments of timm's that say nothing about what a network of ours computes. */
const harmless = ["img_size", "pretrained", "drop_rate", "drop_path_rate"];

/**
 * timm's config.json with its nested answers brought up, where the outer ones are missing: `model_args`
 * first, then `pretrained_cfg`, as timm itself reads them. Any other config stays as it is. Throws
 * `config-invalid` for arguments that make another network of it.
 */
export function flattenTimmConfig(config: Config): Config {
  const { model_args: args, pretrained_cfg: pretrained, ...rest } = config;
  const given = isObject(args) ? args : {};
  const trained = isObject(pretrained) ? pretrained : {};
  const taken = ["num_classes", "in_chans", "global_pool"];
  const stranger = Object.keys(given).find((key) => ![...taken, ...harmless].includes(key));
  if (stranger !== undefined) {
    throw invalid(given, stranger, "timm's default: any other makes another network");
  }
  const { input_size: size } = trained;
  const channels = Array.isArray(size) && size.length === 3 ? { in_chans: size[0] as Json } : {};
  const picked: Config = { ...channels, ...pick(trained, taken), ...pick(given, taken), ...rest };
  const { global_pool: pool, ...flat } = picked;
  if (pool !== undefined && pool !== null && pool !== "avg") {
    throw invalid(picked, "global_pool", '"avg"');
  }
  return flat;
}

const pick = (config: Config, keys: readonly string[]): Config =>
  Object.fromEntries(
    keys.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]] as const])),
  );
