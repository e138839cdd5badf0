/** Node runs no TypeScript in a thread: from the sources, it is the built file that runs (`pnpm build`). */
export const workerUrl = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/node/worker.js" : "./worker.js",
  import.meta.url,
);
