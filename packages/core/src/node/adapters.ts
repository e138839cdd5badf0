import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GraftError } from "../errors.js";
import type { Model } from "../models/model.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { decodeAdapter, type EncodeAdapterInput, encodeAdapter } from "../weights/peft/adapter.js";
import type { AdapterConfig } from "../weights/peft/adapter-config.js";
import { encodeSafetensors } from "../weights/safetensors.js";
import { openWeights } from "./open-weights.js";
import { writeFailed, writeFileAtomic } from "./write-file-atomic.js";

const CONFIG = "adapter_config.json";
const WEIGHTS = "adapter_model.safetensors";

/**
 * Writes adapters and head into a folder as PEFT does: `adapter_config.json` and
 * `adapter_model.safetensors`. Throws `disk-write-failed` and what `encodeAdapter` throws.
 */
export async function saveAdapter(folder: string, input: EncodeAdapterInput): Promise<void> {
  const { config, weights } = encodeAdapter(input);
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw writeFailed(folder, cause);
  });
  // PyTorch's readers ask whose tensors these are.
  await writeFileAtomic(join(folder, WEIGHTS), encodeSafetensors(weights, { format: "pt" }));
  await writeFileAtomic(join(folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
}

/**
 * Reads such a folder, PEFT's or ours, for a base model that has the adapter's head: the model with the
 * adapters, and the weights to be laid over the base's. Throws `source-not-found`, and `config-invalid`
 * and what `loadWeights` throws for an adapter of another model.
 */
export async function loadAdapter(
  folder: string,
  model: Model,
): Promise<{ model: Model; weights: FloatWeights }> {
  const file = join(folder, CONFIG);
  const config = await readConfig(file);
  const store = await openWeights(join(folder, WEIGHTS)).catch((error: unknown) =>
    // Older PEFT pickled.
    openWeights(join(folder, "adapter_model.bin")).catch(() => {
      throw error;
    }),
  );
  return decodeAdapter(model, { config, store, file });
}

async function readConfig(file: string): Promise<AdapterConfig> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new GraftError(
      "source-not-found",
      `${file} can't be read: ${cause instanceof Error ? cause.message : cause}. Give a folder with ${CONFIG} and ${WEIGHTS}.`,
      { details: { file }, cause },
    );
  });
  const config: unknown = parse(text);
  if (typeof config === "object" && config !== null && !Array.isArray(config)) {
    return config as AdapterConfig;
  }
  throw new GraftError("config-invalid", `${file} holds no JSON object. Save the adapter again.`, {
    details: { file },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
