import { type Remote, wrap } from "comlink";
import type { Studio } from "./studio.js";

/**
 * Starts the worker that reads, trains and answers; the page's own thread only draws. `onFailure` hears where it
 * could not start, or broke: nothing that is asked of it is answered then.
 */
export function connectStudio(onFailure: (error: Error) => void): Remote<Studio> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("error", ({ message }) => {
    const what = message ? `failed: ${message}` : "could not start";
    onFailure(new Error(`The worker of this page ${what}. Load the page again.`));
  });
  return wrap<Studio>(worker);
}
