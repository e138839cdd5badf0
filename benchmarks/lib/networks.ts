import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FloatWeights, loadWeights, type Model, modelFromConfig } from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { type Preprocess, preprocessFromConfig } from "@graft-ml/vision";

export type Network = {
  readonly name: string;
  readonly model: Model;
  readonly weights: FloatWeights;
  readonly preprocess: Preprocess;
};

/** The reference data beside the repository, which is not part of it. */
export const sharedFolder = (path: string): string =>
  fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));

/** A folder with config.json and model.safetensors. */
export async function openNetwork(name: string, folder: string): Promise<Network> {
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  const model = modelFromConfig(config);
  const weights = await loadWeights(model.specs, await openWeights(folder));
  return { name, model, weights, preprocess: preprocessFromConfig(config) };
}
