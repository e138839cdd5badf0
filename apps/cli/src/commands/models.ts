import { type HubSettings, hubSettings, isHubModelCached, isUrlCached } from "@graft-ml/core/node";
import { manifest, type RegistryEntry, registry, type ZooEntry } from "@graft-ml/zoo";
import { command, type Launch } from "../command.js";
import { hubNameOf } from "../sources/hub.js";
import { table } from "../table.js";

/** A model that a command can be given by name. */
type ModelFacts = {
  readonly type: "model";
  readonly name: string;
  readonly task: "image" | "text";
  readonly summary: string;
  /** "embedded", a repository of the hub, or an address. */
  readonly source: string;
  readonly embedded: boolean;
  /** Needs no network: embedded, or fetched before. */
  readonly available: boolean;
  readonly isDefault: boolean;
  /** Height and width of a picture, or tokens of a text. */
  readonly input: { readonly pixels: readonly [number, number] } | { readonly tokens: number };
  readonly mean?: unknown;
  readonly std?: unknown;
  readonly interpolation?: unknown;
  readonly cropPct?: unknown;
  /** Undefined where nobody counted them. */
  readonly parameters?: number;
  readonly bytes: number;
  readonly licence: string;
  readonly accuracy: readonly {
    readonly data: string;
    readonly top1: number;
    readonly top5?: number;
    readonly by?: string;
  }[];
};

export type ModelsEvent =
  | ModelFacts
  | { readonly type: "models-end"; readonly count: number; readonly cache: string };

type Known = {
  zoo: typeof manifest;
  registered: readonly RegistryEntry[];
  settings: Pick<HubSettings, "cache" | "checkpoints" | "urls">;
};

/** The backbones that come with the command, then what can be fetched by name; one event each. */
export async function* models(known: Partial<Known> = {}): AsyncGenerator<ModelsEvent> {
  const { zoo = manifest, registered = registry } = known;
  const settings = known.settings ?? (await hubSettings());
  for (const entry of zoo.backbones) yield embeddedFacts(entry, zoo.default);
  for (const entry of registered) {
    const { source } = entry;
    const hub = hubNameOf(source);
    const available = hub
      ? await isHubModelCached(hub, settings)
      : await isUrlCached(source, settings);
    const { config, ...facts } = entry;
    const view = { ...viewOf(config), embedded: false, available, isDefault: false };
    yield { type: "model", ...facts, ...view };
  }
  const count = zoo.backbones.length + registered.length;
  yield { type: "models-end", count, cache: settings.cache };
}

function embeddedFacts(entry: ZooEntry, preferred: string | null): ModelFacts {
  const { name, summary, bytes, licence, accuracy, config } = entry;
  const from = { source: "embedded", embedded: true, available: true };
  const facts = { name, task: "image", summary, bytes, licence, accuracy } as const;
  return { type: "model", ...facts, ...from, isDefault: name === preferred, ...viewOf(config) };
}

type Config = ZooEntry["config"];

function viewOf(
  config: Config,
): Pick<ModelFacts, "input" | "mean" | "std" | "interpolation" | "cropPct"> {
  const { input_size: size, max_position_embeddings: tokens } = config;
  if (typeof tokens === "number") return { input: { tokens } };
  const [, height = 0, width = 0] = Array.isArray(size) ? size : [];
  return {
    input: { pixels: [Number(height), Number(width)] },
    mean: config.mean,
    std: config.std,
    interpolation: config.interpolation,
    cropPct: config.crop_pct,
  };
}

const line = (event: ModelsEvent): string | undefined => {
  if (event.type === "models-end") return `\nFetched models are kept in ${event.cache}.`;
  const { name, summary, accuracy, isDefault } = event;
  const facts = [
    ["from", event.available && !event.embedded ? `${event.source} (fetched)` : event.source],
    ["input", inputText(event)],
    ["size", sizeText(event)],
    ...accuracy.map(({ data, top1, by }) => [
      "accuracy",
      `${top1} %${by === undefined ? "" : `, says ${by}`}: ${data}`,
    ]),
    ...(accuracy.length === 0 ? [["accuracy", "unknown"]] : []),
    ["licence", event.licence],
  ].map(([key = "", value = ""]) => [`  ${key}`, value]);
  return `${name}${isDefault ? " (default)" : ""}: ${summary}\n${table(facts)}`;
};

function inputText({ input, interpolation, cropPct }: ModelFacts): string {
  if ("tokens" in input) return `a text of up to ${input.tokens} tokens`;
  const crop = typeof cropPct === "number" && cropPct < 1 ? `, the middle ${cropPct} cut out` : "";
  return `${input.pixels.join(" x ")} pixels, ${interpolation}${crop}`;
}

function sizeText({ bytes, parameters }: ModelFacts): string {
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return parameters === undefined ? size : `${(parameters / 1e6).toFixed(1)} M parameters, ${size}`;
}

export const modelsCommand = (launch: Launch) =>
  command("models", {
    summary: "List the models that have a name: embedded ones, and those that are fetched.",
    examples: ["graft models", "graft models --json"],
  }).action((options) => launch(options, () => models(), { line }));
