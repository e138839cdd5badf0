import { GraftError } from "../errors.js";

export type Queue = {
  /** Runs after every call before it, failed ones too. Rejects with `engine-closed` after `close`. */
  push<T>(work: () => Promise<T>): Promise<T>;
  /** Throws `engine-closed` after `close`. */
  checkOpen(): void;
  /** Lets what was pushed finish, then runs `free` once. Calling it again waits for the same end. */
  close(free: () => void | Promise<void>): Promise<void>;
};

/** Calls one after the other. */
export function createQueue(what: string): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const checkOpen = (): void => {
    if (closing === undefined) return;
    throw new GraftError("engine-closed", `This ${what} is closed. Open a new one.`);
  };
  return {
    checkOpen,
    async push(work) {
      checkOpen();
      const running = last.then(work);
      last = running.catch(() => {});
      return running;
    },
    close(free) {
      closing ??= last.then(free);
      return closing;
    },
  };
}
