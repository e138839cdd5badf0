import { join } from "node:path";
import { writeFileAtomic } from "@graft-ml/core/node";
import type { PictureInput } from "@graft-ml/vision";
import { modelConfig } from "../run/save-model.js";
import { writeClientFiles } from "./client-files.js";
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
    const { source } = options;
    await writeOnnx(join(folder, "model.onnx"), source, inputOf(options));
    const files = await writeClientFiles(folder, options, inputOf(options));
    const config = modelConfig(source, options.classes);
    await writeFileAtomic(join(folder, "config.json"), text(config));
    return ["model.onnx", ...files, "config.json"];
  },
  open: (folder, options) => openOnnx(join(folder, "model.onnx"), options.source, inputOf(options)),
};
