import { join } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import { clientPreprocessor, type PictureInput } from "@graft-ml/vision";
import { readingConfig } from "../task/reading.js";
import type { ExportFormat, ExportOptions } from "./format.js";
import { openOnnx, writeOnnx } from "./onnx.js";

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const inputOf = ({ withPreprocessing }: ExportOptions): PictureInput =>
  withPreprocessing ? "pixels" : "pixel_values";

/** One file for any ONNX runtime, with the classes and the preparation of pictures beside it. */
export const onnxFormat: ExportFormat = {
  summary: "one file for ONNX Runtime in any language",
  takesPreprocessing: true,
  samples: 16,
  async write(folder, options) {
    const { source, classes } = options;
    const input = inputOf(options);
    await writeOnnx(join(folder, "model.onnx"), source, input);
    const preprocessor = clientPreprocessor(input, source.preprocess);
    await writeFileAtomic(join(folder, "preprocessor_config.json"), text(preprocessor));
    const config = { ...source.model.config, classes, ...readingConfig(source.reading) };
    await writeFileAtomic(join(folder, "config.json"), text(config));
    return ["model.onnx", "preprocessor_config.json", "config.json"];
  },
  open: (folder, options) => openOnnx(join(folder, "model.onnx"), options.source, inputOf(options)),
};
