import { type Life, type QueueAt, type ServingSetting, startQueueWorker } from "./life.js";

/** Processes that serve a queue, each of which is there again after a kill. */
export type QueueCrew = {
  /** When all serve for the first time. */
  readonly ready: Promise<unknown>;
  /** Rejects when one of them ends by itself, which none should; never resolves before `close`. */
  readonly failed: Promise<unknown>;
  /** Kills one of those that serve by now; false where none does. */
  kill(choose: number): boolean;
  close(): Promise<void>;
};

type Crew = Omit<ServingSetting, "queue"> & { readonly count: number };

/** Starts processes that serve a queue. */
export function queueCrew(queue: QueueAt, { count, ...setting }: Crew): QueueCrew {
  let over = false;
  const serving = new Set<Life>();
  const firsts: Promise<void>[] = [];
  const live = async (): Promise<void> => {
    while (!over) {
      const life = startQueueWorker({ queue, ...setting });
      firsts.push(life.begun);
      await life.begun;
      serving.add(life);
      if (over) life.kill();
      const code = await life.ended;
      serving.delete(life);
      if (code !== null) throw new Error(`A queue's worker ended with code ${code}.`);
    }
  };
  const all = Promise.all(Array.from({ length: count }, live));
  // Told when it is closed.
  all.catch(() => {});
  return {
    ready: Promise.all(firsts),
    failed: all,
    kill: (choose) => [...serving][Math.floor(choose * serving.size)]?.kill() ?? false,
    async close() {
      over = true;
      for (const life of serving) life.kill();
      await all;
    },
  };
}
