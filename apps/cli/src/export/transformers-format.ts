import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import type { PictureInput } from "@graft-ml/vision";
import { modelConfig } from "../run/save-model.js";
import { readingConfig } from "../task/reading.js";
import { writeClientFiles } from "./client-files.js";
import type { ExportFormat, ExportOptions } from "./format.js";
import { openOnnx, writeOnnx } from "./onnx.js";

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const inputOf = ({ withPreprocessing }: ExportOptions): PictureInput =>
  withPreprocessing ? "raw_pixel_values" : "pixel_values";

const MODEL = join("onnx", "model.onnx");

/** The folder that transformers.js opens as a pipeline: image, text or token classification. */
export const transformersFormat: ExportFormat = {
  summary: "a folder for transformers.js's pipelines",
  takesPreprocessing: true,
  samples: 16,
  async write(folder, options) {
    const { source } = options;
    const input = inputOf(options);
    await mkdir(join(folder, "onnx"), { recursive: true });
    await writeOnnx(join(folder, MODEL), source, input);
    const files = await writeClientFiles(folder, options, input);
    await writeFileAtomic(join(folder, "config.json"), text(clientConfig(options)));
    return [MODEL, ...files, "config.json"];
  },
  open: (folder, options) => openOnnx(join(folder, MODEL), options.source, inputOf(options)),
};

/** BERTs are told as they are. Every image classifier runs alike there: its type only has to be one that the client's table knows. */
const clientConfig = ({ source, classes }: ExportOptions) =>
  source.input.modality === "texts"
    ? modelConfig(source, classes)
    : pictureConfig({ source, classes });

const pictureConfig = ({ source, classes }: Pick<ExportOptions, "source" | "classes">) => ({
  model_type: "resnet",
  architectures: ["ResNetForImageClassification"],
  num_labels: classes.length,
  id2label: Object.fromEntries(classes.map((name, i) => [String(i), name])),
  label2id: Object.fromEntries(classes.map((name, i) => [name, i])),
  ...readingConfig(source.reading),
  graft: source.model.config,
});
