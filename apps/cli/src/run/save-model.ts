import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodeSafetensors, type FineTuned, type Model } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { pictures } from "../modality/pictures.js";
import { texts } from "../modality/texts.js";
import type { ModelInput } from "../source/model-input.js";
import { type Reading, readingConfig } from "../task/reading.js";
import { writing } from "./writing.js";

/** Writes a model folder as upstream lays it out; config.json comes last, so that a folder with it is whole. */
export async function saveModel(
  folder: string,
  trained: Pick<FineTuned, "model" | "weights">,
  about: { classes: readonly string[]; input: ModelInput; reading: Reading | undefined },
): Promise<readonly string[]> {
  const { model, weights } = trained;
  const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  await writing(folder, () => mkdir(folder, { recursive: true }));
  const parts = encodeSafetensors(weights, { format: "pt" });
  await writeFileAtomic(join(folder, "model.safetensors"), parts);
  const { classes, input, reading } = about;
  const files = (input.modality === "texts" ? texts : pictures).files(input);
  for (const [name, content] of Object.entries(files)) {
    await writeFileAtomic(join(folder, name), content);
  }
  const config = modelConfig({ model, input, reading }, classes);
  await writeFileAtomic(join(folder, "config.json"), text(config));
  return ["model.safetensors", ...Object.keys(files), "config.json"];
}

/** The text of a config.json: what the network is, and what its outputs mean. */
export const modelConfig = (
  { model, input, reading }: { model: Model; input: ModelInput; reading: Reading | undefined },
  classes: readonly string[],
) => ({ ...model.config, ...labelled(input, classes), ...readingConfig(reading) });

/** Names of the outputs, where readers of such models look for them. */
function labelled({ modality }: ModelInput, classes: readonly string[]) {
  if (modality === "pictures") return { classes };
  // Words of a vocabulary are no classes, and vectors have no names.
  if (classes.length === 0) return {};
  return {
    id2label: Object.fromEntries(classes.map((name, at) => [String(at), name])),
    label2id: Object.fromEntries(classes.map((name, at) => [name, at])),
  };
}
