import { type Remote, wrap } from "comlink";
import type { Studio } from "./studio.js";

/** Starts the worker that reads, trains and answers; the page's own thread only draws. */
export const connectStudio = (): Remote<Studio> =>
  wrap<Studio>(new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }));
