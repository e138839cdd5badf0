import {
  fitStore,
  GraftError,
  isBertConfig,
  loadWeights,
  type Model,
  upstreamStore,
  type WeightStore,
} from "@graft-ml/core";
import { createTokenizer } from "@graft-ml/nlp";
import { preprocessFromConfig } from "@graft-ml/vision";
import type { Config, Network, NetworkInput } from "./network.js";

/** Longer texts are cut: few say more in what comes behind, and time grows with the length. */
const LONGEST = 128;

/** A network of what its folder holds. Throws what loading weights and reading configs throws. */
export async function assemble(parts: {
  name: string;
  summary: string;
  config: Config;
  model: Model;
  store: WeightStore;
  /** Texts of the other files, by name. */
  files: Readonly<Record<string, string>>;
}): Promise<Network> {
  const { name, summary, config, model, store, files } = parts;
  const weights = await loadWeights(model.specs, fitStore(model, upstreamStore(model, store)));
  const input = isBertConfig(config) ? await ofTexts(parts) : ofPictures({ config, files, name });
  return { name, summary, model, weights, input, classes: classesIn(config) };
}

function ofPictures(parts: {
  config: Config;
  files: Readonly<Record<string, string>>;
  name: string;
}): NetworkInput {
  const { "preprocessor_config.json": own } = parts.files;
  const preprocess = own
    ? preprocessFromConfig(jsonOf(own, "preprocessor_config.json"), "preprocessor_config.json")
    : preprocessFromConfig(parts.config, `config of ${parts.name}`);
  return { kind: "pictures", preprocess };
}

async function ofTexts({
  name,
  model,
  files,
}: {
  name: string;
  model: Model;
  files: Readonly<Record<string, string>>;
}): Promise<NetworkInput> {
  const { "tokenizer.json": json, "tokenizer_config.json": config, "vocab.txt": words } = files;
  if (json === undefined && words === undefined) {
    throw new GraftError(
      "source-not-found",
      `${name} reads texts, and has no tokenizer: neither tokenizer.json nor vocab.txt. Put them beside config.json.`,
    );
  }
  const tokenizer = await createTokenizer({
    ...(json === undefined ? {} : { tokenizerJson: jsonOf(json, "tokenizer.json") }),
    ...(config === undefined ? {} : { tokenizerConfig: jsonOf(config, "tokenizer_config.json") }),
    ...(words === undefined ? {} : { vocabulary: words }),
  });
  const positions = Number(model.config.max_position_embeddings ?? 512);
  const maxLength = Math.min(LONGEST, positions, tokenizer.maxLength ?? positions);
  return { kind: "texts", tokenizer, maxLength, files };
}

/** Names of the outputs, where the config lists them. */
function classesIn({ classes, id2label }: Config): readonly string[] {
  if (Array.isArray(classes)) return classes.map(String);
  if (typeof id2label !== "object" || id2label === null) return [];
  return Object.keys(id2label).map((_, at) => String((id2label as Config)[String(at)]));
}

/** Throws `config-invalid`. */
export function jsonOf(text: string, name: string): Config {
  try {
    return JSON.parse(text) as Config;
  } catch (cause) {
    throw new GraftError("config-invalid", `${name} is not JSON. Take the file again.`, { cause });
  }
}
