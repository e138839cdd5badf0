import { unfreeze, type WeightChoice } from "./freeze.js";
import { isLoraWeight, loraRanks } from "./lora.js";
import { headPrefixes } from "./lora-layers.js";
import type { Model } from "./model.js";

/**
 * Trains adapters and the head alone: `freeze` of `paramGroups`. For more, `unfreeze` and its likes go
 * on from here: `unfreeze(model, isLoraWeight, biasOnly(model))` trains biases too.
 */
export const loraOnly = (model: Model): WeightChoice =>
  unfreeze(model, isLoraWeight, unfreeze(model, headPrefixes(model)));

/**
 * Rates that let every B learn faster than its A (LoRA+, arXiv 2402.12354, which takes 16): `rates` of
 * `paramGroups`. It has the effect of a larger alpha / r, which is part of B here.
 */
export const loraPlusRates = (model: Model, ratio = 16): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.keys(loraRanks(model)).map((name) => [`${name}.lora_B`, ratio]));
