import * as ort from "onnxruntime-web/wasm";
import { wasmRuntime } from "../onnx/wasm-runtime.js";
import { serveWorker } from "./serve-worker.js";

serveWorker(wasmRuntime(ort, "wasm"));
