import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import { clientPreprocessor, type PictureInput } from "@graft-ml/vision";
import { readingConfig } from "../task/reading.js";
import type { ExportFormat, ExportOptions } from "./format.js";
import { openOnnx, writeOnnx } from "./onnx.js";

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const inputOf = ({ withPreprocessing }: ExportOptions): PictureInput =>
  withPreprocessing ? "raw_pixel_values" : "pixel_values";

const MODEL = join("onnx", "model.onnx");

/** The folder that transformers.js opens as an image-classification pipeline. */
export const transformersFormat: ExportFormat = {
  summary: "a folder for transformers.js's image-classification pipeline",
  takesPreprocessing: true,
  samples: 16,
  async write(folder, options) {
    const { source } = options;
    const input = inputOf(options);
    await mkdir(join(folder, "onnx"), { recursive: true });
    await writeOnnx(join(folder, MODEL), source, input);
    const preprocessor = clientPreprocessor(input, source.preprocess);
    await writeFileAtomic(join(folder, "preprocessor_config.json"), text(preprocessor));
    await writeFileAtomic(join(folder, "config.json"), text(clientConfig(options)));
    return [MODEL, "preprocessor_config.json", "config.json"];
  },
  open: (folder, options) => openOnnx(join(folder, MODEL), options.source, inputOf(options)),
};

/** Every image classifier runs alike there; the type only has to be one that its table knows. */
const clientConfig = ({ source, classes }: ExportOptions) => ({
  model_type: "resnet",
  architectures: ["ResNetForImageClassification"],
  num_labels: classes.length,
  id2label: Object.fromEntries(classes.map((name, i) => [String(i), name])),
  label2id: Object.fromEntries(classes.map((name, i) => [name, i])),
  ...readingConfig(source.reading),
  graft: source.model.config,
});
