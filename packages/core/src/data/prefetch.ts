/** Runs tasks in order, `ahead` of them already started before they are asked for. */
export async function* prefetched<T>(
  tasks: Iterable<() => Promise<T>>,
  ahead: number,
): AsyncGenerator<T, void> {
  const iterator = tasks[Symbol.iterator]();
  const started: Promise<T>[] = [];
  const fill = (): void => {
    while (started.length <= ahead) {
      const { done, value: task } = iterator.next();
      if (done) return;
      const running = task();
      // Reported when its turn comes; without this an early failure would end the process first.
      running.catch(() => {});
      started.push(running);
    }
  };
  try {
    for (fill(); started.length > 0; fill()) yield await started.shift()!;
  } finally {
    iterator.return?.();
    await Promise.allSettled(started);
  }
}
