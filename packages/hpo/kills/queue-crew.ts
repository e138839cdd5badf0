import { type Life, type QueueAt, startQueueWorker } from "./life.js";

/** Processes that serve a queue, each of which is there again after a kill. */
export type QueueCrew = {
  /** Kills one of those that serve by now; false where none does. */
  kill(choose: number): boolean;
  close(): Promise<void>;
};

/** Starts processes that serve a queue. */
export function queueCrew(queue: QueueAt, count: number): QueueCrew {
  let over = false;
  const serving = new Set<Life>();
  const live = async (): Promise<void> => {
    while (!over) {
      const life = startQueueWorker(queue);
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
    kill: (choose) => [...serving][Math.floor(choose * serving.size)]?.kill() ?? false,
    async close() {
      over = true;
      for (const life of serving) life.kill();
      await all;
    },
  };
}
