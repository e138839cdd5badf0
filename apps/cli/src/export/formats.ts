import type { ExportFormat } from "./format.js";
import { onnxFormat } from "./onnx-format.js";
import { safetensorsFormat } from "./safetensors-format.js";
import { tfjsFormat } from "./tfjs-format.js";
import { transformersFormat } from "./transformers-format.js";

export const formats = {
  onnx: onnxFormat,
  transformers: transformersFormat,
  tfjs: tfjsFormat,
  safetensors: safetensorsFormat,
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type FormatName = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly FormatName[];
