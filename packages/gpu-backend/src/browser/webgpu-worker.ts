import * as ort from "onnxruntime-web/webgpu";
import { wasmRuntime } from "../onnx/wasm-runtime.js";
import { serveWorker } from "./serve-worker.js";

serveWorker(wasmRuntime(ort, "webgpu"));
