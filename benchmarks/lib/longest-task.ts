import type { Browser, Page } from "playwright-core";

/** Milliseconds from a task's begin to its end, and how many of them the thread was on a core. */
export type Task = { readonly wall: number; readonly cpu: number };

type TraceEvent = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
};

/**
 * The longest task of a page's own thread while `work` is done, by the browser's tracing: a task is what the thread
 * does without listening to anyone else.
 */
export async function longestTask(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<Task> {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: readonly TraceEvent[];
  };
  const own = traceEvents.filter(onThreadOf(traceEvents));
  const tasks = own.filter(({ name, ph }) => ph === "X" && name.endsWith("RunTask"));
  if (tasks.length === 0) throw new Error("The trace has no task of the page's thread.");
  return tasks.reduce<Task>(
    (longest, { dur = 0, tdur = 0 }) =>
      dur / 1000 > longest.wall ? { wall: dur / 1000, cpu: tdur / 1000 } : longest,
    { wall: 0, cpu: 0 },
  );
}

/** On the main thread of the renderer that lays something out. */
function onThreadOf(events: readonly TraceEvent[]) {
  const pages = new Set(events.filter(({ name }) => name === "Layout").map(({ pid }) => pid));
  const main = events.find(
    ({ name, args, pid }) =>
      name === "thread_name" && args.name === "CrRendererMain" && pages.has(pid),
  );
  return ({ pid, tid }: TraceEvent): boolean => pid === main?.pid && tid === main.tid;
}
