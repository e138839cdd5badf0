import type { Redis } from "ioredis";
import { type Answer, readAnswer } from "./messages.js";
import { answerKey } from "./names.js";
import { type Waker, wakersOf } from "./wakers.js";

/** What searches answer to the reports of jobs. */
export type Answers = {
  /** Of one job. */
  open(id: string): Waker & { read(): Promise<Answer> };
  close(): void;
};

/** Listens for answers on a connection of its own. */
export async function openAnswers(client: Redis, queue: string): Promise<Answers> {
  const ear = client.duplicate();
  ear.on("error", () => {});
  const wakers = wakersOf();
  // What was said while Redis was away is read, not heard.
  ear.on("ready", wakers.wakeAll);
  ear.on("message", (channel) => wakers.wake(channel));
  await ear.connect().catch(() => {});
  return {
    open(id) {
      const key = answerKey(queue, id);
      const waker = wakers.open(key);
      ear.subscribe(key).catch(() => {});
      return {
        ...waker,
        read: async () => readAnswer(await client.get(key)),
        close() {
          waker.close();
          ear.unsubscribe(key).catch(() => {});
        },
      };
    },
    close: () => ear.disconnect(),
  };
}
