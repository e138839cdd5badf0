import { register as registerHooks } from "node:module";
import { register as registerTypeScript } from "tsx/esm/api";

// A worker thread does not inherit the loader that its parent was started with. The hook that is
// registered last sees the others' results: TypeScript becomes JavaScript, which is instrumented.
registerTypeScript();
registerHooks("./instrument.mjs", import.meta.url);
await import("./worker.ts");
