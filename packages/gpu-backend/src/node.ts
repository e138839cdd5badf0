export { createNativeEngine } from "./node/engines.js";
export { type OnnxFile, openOnnxFile } from "./node/onnx-file.js";
