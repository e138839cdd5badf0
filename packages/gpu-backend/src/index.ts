export { createWasmEngine } from "#platform";
export { type Acquired, type AcquireOptions, acquire } from "./acquire.js";
export { detect } from "./detect.js";
export type { Availability, Candidate, Device, OpenOptions } from "./device.js";
export type { OnnxOptions } from "./onnx/engine.js";
