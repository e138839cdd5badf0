import { cachedBytes, memorySource, modelFromConfig, safetensorsStore } from "@graft-ml/core";
import { defaultBackbone, type ZooFile } from "@graft-ml/zoo";
import bertWeights from "@graft-ml/zoo/assets/bert-2x192.safetensors?url";
import bertTokenizer from "@graft-ml/zoo/assets/bert-2x192.tokenizer.json?url";
import bertTokenizerConfig from "@graft-ml/zoo/assets/bert-2x192.tokenizer_config.json?url";
import resnetWeights from "@graft-ml/zoo/assets/resnet18-half.safetensors?url";
import type { Kind } from "../studio.js";
import { assemble } from "./assemble.js";
import type { Network } from "./network.js";

/** Where the site has the zoo's files. */
const addresses: Readonly<Record<string, string>> = {
  "resnet18-half.safetensors": resnetWeights,
  "bert-2x192.safetensors": bertWeights,
  "bert-2x192.tokenizer.json": bertTokenizer,
  "bert-2x192.tokenizer_config.json": bertTokenizerConfig,
};

/** The zoo's own network for pictures or texts, from the site's files, their hashes checked. */
export async function embeddedNetwork(kind: Kind): Promise<Network> {
  const entry = defaultBackbone(kind);
  const files = await Promise.all(
    Object.entries(entry.tokenizer ?? {}).map(
      async ([name, file]) => [name, new TextDecoder().decode(await fetched(file))] as const,
    ),
  );
  const { name, config, summary } = entry;
  const store = safetensorsStore(memorySource(await fetched(entry), name));
  const model = modelFromConfig(config);
  return assemble({ name, summary, config, model, store, files: Object.fromEntries(files) });
}

const fetched = ({ file, sha256 }: ZooFile) =>
  cachedBytes(new URL(addresses[file]!, self.location.href), { sha256 });
