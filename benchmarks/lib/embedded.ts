import { loadWeights, memorySource, modelFromConfig, safetensorsStore } from "@graft-ml/core";
import { preprocessFromConfig } from "@graft-ml/vision";
import { defaultBackbone } from "@graft-ml/zoo";
import { readAsset } from "@graft-ml/zoo/node";
import type { Network } from "./networks.js";

/** The zoo's default backbone. */
export async function openEmbedded(): Promise<Network> {
  const entry = defaultBackbone();
  const model = modelFromConfig(entry.config);
  const store = safetensorsStore(memorySource(await readAsset(entry), entry.file));
  const weights = await loadWeights(model.specs, store);
  return { name: entry.name, model, weights, preprocess: preprocessFromConfig(entry.config) };
}
