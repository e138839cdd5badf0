/** A binary heap: `pop` gives what goes before all others. */
export function createHeap<T>(before: (a: T, b: T) => boolean): {
  push(item: T): void;
  pop(): T | undefined;
} {
  const items: T[] = [];
  const sink = (item: T): void => {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      if (left >= items.length) break;
      const child = right < items.length && before(items[right]!, items[left]!) ? right : left;
      if (!before(items[child]!, item)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  };
  return {
    push(item) {
      let at = items.length;
      items.push(item);
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!before(item, items[parent]!)) break;
        items[at] = items[parent]!;
        at = parent;
      }
      items[at] = item;
    },
    pop() {
      const top = items[0];
      const last = items.pop();
      if (items.length > 0) sink(last!);
      return top;
    },
  };
}
