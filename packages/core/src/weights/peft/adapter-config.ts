import { GraftError } from "../../errors.js";
import type { Json } from "../../program.js";

/** adapter_config.json as PEFT writes it; only what decides what an adapter computes is read. */
export type AdapterConfig = { readonly [key: string]: Json };

/** What a config says of an adapter. */
export type Adapter = {
  /** Of a layer: its rank, and what B is to be multiplied with. */
  readonly sizeOf: (layer: string) => { rank: number; scale: number };
  /** True for the layers that have an adapter; undefined where the config says it in a way of its own. */
  readonly targets: ((layer: string, kind: "linear" | "conv") => boolean) | undefined;
  /** Modules that were trained and saved whole. */
  readonly modules: readonly string[];
  /** Every bias was trained and saved. */
  readonly biases: boolean;
};

/** Reads a config. Throws `config-invalid` for what is no LoRA, and for kinds of it that we do not compute. */
export function readAdapterConfig(config: AdapterConfig, file: string): Adapter {
  const { peft_type: type, bias = "none" } = config;
  if (type !== "LORA") throw wrong(config, "peft_type", file, '"LORA"');
  if (isSet(config.use_dora)) {
    throw wrong(config, "use_dora", file, "false: DoRA is another computation");
  }
  if (bias !== "none" && bias !== "all") throw wrong(config, "bias", file, '"none" or "all"');
  return {
    sizeOf: sizes(config, file),
    targets: targetsOf(config, file),
    modules: names(config, "modules_to_save", file),
    biases: bias === "all",
  };
}

const wrong = (config: AdapterConfig, key: string, file: string, needs: string): GraftError => {
  const value = JSON.stringify(config[key] ?? null);
  return new GraftError("config-invalid", `${file} has "${key}": ${value}; it needs ${needs}.`, {
    details: { file, key },
  });
};

const isSet = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== false;

function names(config: AdapterConfig, key: string, file: string): readonly string[] {
  const value = config[key] ?? [];
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) return value;
  throw wrong(config, key, file, "a list of names");
}

/** Rank and factor by layer: r and lora_alpha, or what the first pattern that fits the layer has. */
function sizes(config: AdapterConfig, file: string): Adapter["sizeOf"] {
  const number = (key: string, value: Json): number => {
    if (typeof value === "number" && value > 0) return value;
    throw wrong(config, key, file, "numbers above 0");
  };
  const byPattern = (key: string) => {
    const patterns = config[key] ?? {};
    if (typeof patterns !== "object" || Array.isArray(patterns)) {
      throw wrong(config, key, file, "numbers by pattern");
    }
    const entries = Object.entries(patterns).map(
      ([pattern, value]) =>
        [pythonPattern(`(?:.*\\.)?(?:${pattern})`, file), number(key, value)] as const,
    );
    return (layer: string) => entries.find(([pattern]) => pattern.test(layer))?.[1];
  };
  const r = number("r", config.r ?? DEFAULT);
  const alpha = number("lora_alpha", config.lora_alpha ?? DEFAULT);
  const [ranks, alphas] = [byPattern("rank_pattern"), byPattern("alpha_pattern")];
  return (layer) => {
    const rank = ranks(layer) ?? r;
    const over = isSet(config.use_rslora) ? Math.sqrt(rank) : rank;
    return { rank, scale: (alphas(layer) ?? alpha) / over };
  };
}

/** PEFT's, of r and lora_alpha. */
const DEFAULT = 8;

/** Keys that choose layers beside target_modules. */
const finer = ["layers_to_transform", "exclude_modules", "layer_replication", "target_parameters"];

function targetsOf(config: AdapterConfig, file: string): Adapter["targets"] {
  const { target_modules: targets } = config;
  if (!isSet(targets) || finer.some((key) => isSet(config[key]))) return undefined;
  if (targets === "all-linear") return (_, kind) => kind === "linear";
  if (typeof targets === "string") {
    const pattern = pythonPattern(targets, file);
    return (layer) => pattern.test(layer);
  }
  const endings = names(config, "target_modules", file);
  return (layer) => endings.some((ending) => `.${layer}`.endsWith(`.${ending}`));
}

/** A pattern that must match from end to end, as Python's re.fullmatch has it. */
function pythonPattern(pattern: string, file: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch (cause) {
    throw new GraftError(
      "config-invalid",
      `${file} has the pattern ${JSON.stringify(pattern)}, which is no JavaScript pattern. List the layers in "target_modules" instead.`,
      { details: { file, pattern }, cause },
    );
  }
}

/** The config of adapters of these ranks, with alpha = r: nothing is multiplied. */
export function writeAdapterConfig(input: {
  ranks: Readonly<Record<string, number>>;
  /** Every module of the model, which tells whether an ending is clear. */
  modules: readonly string[];
  saved: readonly string[];
  biases: boolean;
  base: string | null;
}): AdapterConfig {
  const { ranks, modules, saved, biases, base } = input;
  const rank = Math.max(...Object.values(ranks));
  const patterns = patternsOf(ranks, rank);
  return {
    auto_mapping: null,
    base_model_name_or_path: base,
    bias: biases ? "all" : "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: rank,
    lora_dropout: 0,
    modules_to_save: saved.length > 0 ? saved : null,
    peft_type: "LORA",
    r: rank,
    rank_pattern: patterns,
    alpha_pattern: patterns,
    revision: null,
    target_modules: targetModules(Object.keys(ranks), modules),
    task_type: null,
    use_dora: false,
    use_rslora: false,
  };
}

const escaped = (name: string): string => name.replaceAll(/[.\\+*?[\](){}|^$-]/g, "\\$&");

/** Every layer's rank where they differ, longer names first: a short one may be the ending of another. */
function patternsOf(ranks: Readonly<Record<string, number>>, rank: number): Record<string, number> {
  const entries = Object.entries(ranks).sort(([a], [b]) => b.length - a.length);
  if (entries.every(([, own]) => own === rank)) return {};
  return Object.fromEntries(entries.map(([name, own]) => [escaped(name), own]));
}

/** The layers' last names, where no other module has one of them; else a pattern of their whole names. */
function targetModules(layers: readonly string[], modules: readonly string[]): Json {
  const last = (name: string) => name.slice(name.lastIndexOf(".") + 1);
  const endings = new Set(layers.map(last));
  const meant = new Set(layers);
  // A number is the place in a sequence, which modules without weights have too.
  const clear = [...endings].every((ending) => /\D/.test(ending));
  const others = modules.some((name) => endings.has(last(name)) && !meant.has(name));
  return clear && !others ? [...endings] : layers.map(escaped).join("|");
}
