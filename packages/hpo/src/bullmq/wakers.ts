/** Who waits for news of a job, by its name. */
export type Wakers = {
  /** News that come between two waits are not missed. */
  open(name: string): Waker;
  wake(name: string): void;
  wakeAll(): void;
};

/** Waits for news of one job. */
export type Waker = {
  /** Until there are news since the last wait, or `milliseconds` have passed. */
  wait(milliseconds: number): Promise<void>;
  wake(): void;
  close(): void;
};

/** Nobody waits yet. */
export function wakersOf(): Wakers {
  const open = new Map<string, Set<() => void>>();
  const wake = (name: string): void => {
    for (const each of open.get(name) ?? []) each();
  };
  return {
    open(name) {
      let isNews = false;
      let go = (): void => {};
      const hear = (): void => {
        isNews = true;
        go();
      };
      const others = open.get(name) ?? new Set();
      open.set(name, others.add(hear));
      return {
        async wait(milliseconds) {
          if (!isNews) {
            let timer: ReturnType<typeof setTimeout> | undefined;
            await new Promise<void>((resolve) => {
              go = resolve;
              timer = setTimeout(resolve, milliseconds);
            });
            clearTimeout(timer);
          }
          isNews = false;
        },
        wake: hear,
        close() {
          others.delete(hear);
          if (others.size === 0) open.delete(name);
        },
      };
    },
    wake,
    wakeAll: () => {
      for (const name of open.keys()) wake(name);
    },
  };
}
