export { type Acquired, type AcquireOptions, acquire } from "./acquire.js";
export { detect } from "./detect.js";
export type { Availability, Candidate, Device, OpenOptions } from "./device.js";
export { createNativeEngine, createWasmEngine, type OnnxOptions } from "./onnx/engine.js";
export { type OnnxFile, openOnnxFile } from "./onnx-file.js";
