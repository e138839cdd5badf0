import { join } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import { clientPreprocessor, type PictureInput } from "@graft-ml/vision";
import { texts } from "../modality/texts.js";
import type { ExportOptions } from "./format.js";

/** Writes what a client reads to prepare its input: for pictures as the graph leaves it to be done. */
export async function writeClientFiles(
  folder: string,
  { source: { input } }: ExportOptions,
  form: PictureInput,
): Promise<readonly string[]> {
  const files =
    input.modality === "texts"
      ? texts.files(input)
      : {
          "preprocessor_config.json": `${JSON.stringify(clientPreprocessor(form, input.preprocess), null, 2)}\n`,
        };
  for (const [name, content] of Object.entries(files)) {
    await writeFileAtomic(join(folder, name), content);
  }
  return Object.keys(files);
}
