import { resolve } from "node:path";
import { GraftError, modelFromConfig, summary as sizeOf } from "@graft-ml/core";
import { type HubSettings, hubSettings, isHubModelCached, isUrlCached } from "@graft-ml/core/node";
import { manifest, type RegistryEntry, registry, type ZooEntry } from "@graft-ml/zoo";
import { rankBackbones } from "../adapt/rank-backbones.js";
import { type Context, command, type Launch } from "../command.js";
import { wholeNumber } from "../numbers.js";
import { hubNameOf } from "../source/hub.js";
import { modelsView } from "../terminal/models-view.js";
import { rankView } from "../terminal/rank-view.js";

/** A model that a command can be given by name. */
export type ModelFacts = {
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

/**
 * The backbones that come with the command, then what can be fetched by name; one event each. A name
 * narrows them to the one that bears it, else to all whose names hold it. Throws `source-not-found`
 * where there is none.
 */
export async function* models(
  known: Partial<Known> = {},
  name?: string,
): AsyncGenerator<ModelsEvent> {
  const { zoo = manifest, registered = registry } = known;
  const settings = known.settings ?? (await hubSettings());
  const wanted = filterOf([...zoo.backbones, ...registered], name);
  const embedded = zoo.backbones.filter(wanted);
  const elsewhere = registered.filter(wanted);
  for (const entry of embedded) yield embeddedFacts(entry, zoo.defaults);
  for (const entry of elsewhere) yield await registeredFacts(entry, settings);
  const count = embedded.length + elsewhere.length;
  yield { type: "models-end", count, cache: settings.cache };
}

type Named = { readonly name: string };

function filterOf(all: readonly Named[], name: string | undefined): (entry: Named) => boolean {
  if (name === undefined) return () => true;
  const lower = name.toLowerCase();
  if (all.some((entry) => entry.name === lower)) return (entry) => entry.name === lower;
  const holds = (entry: Named): boolean => entry.name.includes(lower);
  if (all.some(holds)) return holds;
  throw new GraftError(
    "source-not-found",
    `No model's name holds "${name}". \`graft models\` lists them all; a repository of the hub needs no name here: --backbone org/name.`,
    { details: { name, names: all.map((entry) => entry.name) } },
  );
}

function embeddedFacts(entry: ZooEntry, preferred: Known["zoo"]["defaults"]): ModelFacts {
  const { name, reads, summary, bytes, licence, accuracy, config } = entry;
  const from = { source: "embedded", embedded: true, available: true };
  const task = reads === "pictures" ? "image" : "text";
  const facts = { name, task, summary, bytes, licence, accuracy } as const;
  const isDefault = name === preferred[reads];
  return { type: "model", ...facts, ...from, ...counted(config), isDefault, ...viewOf(config) };
}

/** The registry's facts were counted when it was made; an embedded backbone is small enough to build. */
function counted(config: Config): Pick<ModelFacts, "parameters"> {
  return "architecture" in config || "model_type" in config
    ? { parameters: sizeOf(modelFromConfig(config)).parameters }
    : {};
}

async function registeredFacts(
  entry: RegistryEntry,
  settings: Known["settings"],
): Promise<ModelFacts> {
  const { config, ...facts } = entry;
  const hub = hubNameOf(entry.source);
  const available = hub
    ? await isHubModelCached(hub, settings)
    : await isUrlCached(entry.source, settings);
  const view = { ...viewOf(config), embedded: false, available, isDefault: false };
  return { type: "model", ...facts, ...view };
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

export const modelsCommand = (launch: Launch) =>
  command("models", {
    summary:
      "List the models that have a name, a line each; or tell all about one of them; or rank backbones for your data.",
    examples: [
      "graft models",
      "graft models vgg16      its source, view of pictures, licence and published accuracy",
      "graft models resnet     all whose names hold this",
      "graft models --json",
      "graft models --rank pictures                        those that are here, before any training",
      "graft models --rank reviews.csv --backbone ./mine   and your own",
    ],
  })
    .argument("[name]", "a model's name, or a part of several")
    .optionsGroup("Ranking:")
    .option(
      "--rank <data>",
      "how well the features of each backbone that needs no download explain the classes of DATA, as `graft train` takes it (its test part aside)",
    )
    .option("--backbone <name|dir...>", "rank these, too, whatever has to be fetched")
    .option("--text <column>", "of a table of texts (default: by name, else the longest)")
    .option("--label <column>", "of a table of texts (default: by name, else the least varied)")
    .option("--batch-size <n>", "samples at a time", wholeNumber(1), 32)
    .action(async (name, options) => {
      const { rank, backbone: named = [], strict = false } = options;
      if (rank === undefined) {
        requireListing(options);
        const view = modelsView({ narrowed: name !== undefined });
        return launch(options, () => models({}, name), view);
      }
      if (name !== undefined) throw ranksNoName(name);
      const data = resolve(rank);
      const ranking = ({ signal }: Context) =>
        rankBackbones({ ...options, data, named, strict, signal, known: models() });
      return launch(options, ranking, rankView);
    });

/** Throws `usage` for flags that say how to rank, where nothing is ranked. */
function requireListing(options: Partial<Record<"backbone" | "text" | "label", unknown>>): void {
  const given = (["backbone", "text", "label"] as const).find((flag) => options[flag]);
  if (given === undefined) return;
  throw new GraftError("usage", `--${given} is for --rank DATA, which ranks backbones. Give both.`);
}

const ranksNoName = (name: string): GraftError =>
  new GraftError(
    "usage",
    `--rank takes no model's name beside it. Rank "${name}", too, with --backbone ${name}.`,
  );
