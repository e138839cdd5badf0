/** What is heard while something else goes on. */
type Heard<H> = {
  put(one: H): void;
  /** All that came since this was last asked. */
  drain(): readonly H[];
  /** Until something has come. */
  some(): Promise<void>;
};

export function heard<H>(): Heard<H> {
  let waiting: H[] = [];
  let wake = (): void => {};
  return {
    put(one) {
      waiting.push(one);
      wake();
    },
    drain() {
      const all = waiting;
      waiting = [];
      return all;
    },
    some: () =>
      new Promise((resolve) => {
        if (waiting.length > 0) resolve();
        else wake = resolve;
      }),
  };
}

/** The events of a generator, and between them what was heard meanwhile. */
export async function* withHeard<E, H>(
  events: AsyncGenerator<E>,
  { drain, some }: Heard<H>,
): AsyncGenerator<E | H> {
  try {
    for (let next = events.next(); ; ) {
      const first = await Promise.race([next, some()]);
      yield* drain();
      if (!first) continue;
      if (first.done) return;
      next = events.next();
      // It may throw while the event is told.
      next.catch(() => {});
      yield first.value;
    }
  } finally {
    await events.return(undefined);
  }
}
