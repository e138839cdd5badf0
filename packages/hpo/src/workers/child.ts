import { SearchError } from "../error.js";
import type { Params } from "../space/parameter.js";
import type { FromWorker, ToWorker } from "./messages.js";
import type { WorkerObjective } from "./worker-pool.js";

type Answer = Extract<ToWorker, { readonly type: "answer" }>;

// What a pool forks: node child.js MODULE EXPORT.
const [, , module, name] = process.argv as [string, string, string, string];
// A terminal's interrupt reaches the whole group; what it means is for the search to say.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
if (!process.connected) process.exit();

const send = (message: FromWorker): void => {
  // A channel that closes now ends this process by its own event.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const codeOf = (error: unknown): { code?: string } =>
  error instanceof Error && "code" in error ? { code: String(error.code) } : {};

try {
  const loaded = (await import(module)) as Record<string, unknown>;
  const objective = loaded[name];
  if (typeof objective !== "function") {
    throw new Error(`it exports ${Object.keys(loaded).join(", ") || "nothing"}`);
  }
  serve(objective as WorkerObjective);
  send({ type: "ready" });
} catch (error) {
  send({ type: "broken", reason: textOf(error) });
}

/** Runs a trial at a time. */
function serve(objective: WorkerObjective): void {
  const asked = new Map<number, (answer: Answer) => void>();
  let id = 0;
  let stop = new AbortController();
  const run = async ({ params, type, ...rest }: Extract<ToWorker, { type: "run" }>) => {
    stop = new AbortController();
    const report = async (report: { step: number; value: number }): Promise<void> => {
      const answer = await new Promise<Answer>((resolve) => {
        id += 1;
        asked.set(id, resolve);
        send({ type: "report", id, report });
      });
      if (answer.refusal === undefined) return;
      throw new SearchError(answer.isPruned ? "trial-pruned" : "trial-failed", answer.refusal);
    };
    try {
      const note = (text: string): void => send({ type: "note", text });
      const context = { ...rest, signal: stop.signal, report, note };
      send({ type: "done", result: await objective(params as Params, context) });
    } catch (error) {
      send({ type: "failed", reason: textOf(error), ...codeOf(error) });
    }
  };
  process.on("message", (message: ToWorker) => {
    if (message.type === "run") void run(message);
    else if (message.type === "cancel") {
      stop.abort(new SearchError("aborted", message.reason));
    } else {
      asked.get(message.id)?.(message);
      asked.delete(message.id);
    }
  });
}
