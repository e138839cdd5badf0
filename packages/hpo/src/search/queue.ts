/** Things that are put in at any time and taken out in order. */
export type Queue<T> = {
  put(item: T): void;
  /** All there is. */
  drain(): readonly T[];
  /** Until something is put in, or `milliseconds` have passed, where given. */
  wait(milliseconds?: number): Promise<void>;
};

/** An empty queue for one taker. */
export function queue<T>(): Queue<T> {
  let items: T[] = [];
  let wake = (): void => {};
  return {
    put(item) {
      items.push(item);
      wake();
    },
    drain() {
      const taken = items;
      items = [];
      return taken;
    },
    async wait(milliseconds) {
      if (items.length > 0) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (milliseconds !== undefined) timer = setTimeout(resolve, milliseconds);
      });
      clearTimeout(timer);
    },
  };
}
