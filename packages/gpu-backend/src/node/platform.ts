export { candidates } from "./candidates.js";
export { createWasmEngine } from "./engines.js";
