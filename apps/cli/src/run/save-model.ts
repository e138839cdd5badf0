import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodeSafetensors, type FineTuned } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { type Preprocess, toPreprocessorConfig } from "@graft-ml/vision";
import { type Reading, readingConfig } from "../task/reading.js";
import { writing } from "./writing.js";

/** Writes a model folder as upstream lays it out; config.json comes last, so that a folder with it is whole. */
export async function saveModel(
  folder: string,
  trained: FineTuned,
  about: { classes: readonly string[]; preprocess: Preprocess; reading: Reading },
): Promise<void> {
  const { model, weights } = trained;
  const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  await writing(folder, () => mkdir(folder, { recursive: true }));
  const parts = encodeSafetensors(weights, { format: "pt" });
  await writeFileAtomic(join(folder, "model.safetensors"), parts);
  const preprocessor = toPreprocessorConfig(about.preprocess);
  await writeFileAtomic(join(folder, "preprocessor_config.json"), text(preprocessor));
  const { classes, reading } = about;
  const config = { ...model.config, classes, ...readingConfig(reading) };
  await writeFileAtomic(join(folder, "config.json"), text(config));
}
