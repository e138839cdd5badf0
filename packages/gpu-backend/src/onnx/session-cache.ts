/** Keeps what was used last, up to so many bytes. */
export type LruCache<T> = {
  /** The value, which counts as used now. */
  get(key: string): T | undefined;
  has(key: string): boolean;
  /** Holds a value of `bytes`. */
  set(key: string, value: T, bytes: number): void;
  /** Lets go of the longest unused until the rest fits, but of none in `keep`. */
  trim(keep: ReadonlySet<string>): void;
  /** Lets go of one value, if it is held. */
  drop(key: string): void;
  /** Bytes of all values held. */
  bytes(): number;
};

/** `onEvict` hears of each value that leaves. */
export function createLruCache<T>(options: {
  maxBytes: number;
  onEvict: (key: string, value: T) => void;
}): LruCache<T> {
  const { maxBytes, onEvict } = options;
  const held = new Map<string, { value: T; bytes: number }>();
  let total = 0;
  const drop = (key: string) => {
    const entry = held.get(key);
    if (entry === undefined) return;
    held.delete(key);
    total -= entry.bytes;
    onEvict(key, entry.value);
  };
  return {
    get: (key) => {
      const entry = held.get(key);
      if (entry === undefined) return undefined;
      held.delete(key);
      held.set(key, entry);
      return entry.value;
    },
    has: (key) => held.has(key),
    set: (key, value, bytes) => {
      drop(key);
      held.set(key, { value, bytes });
      total += bytes;
    },
    trim: (keep) => {
      for (const oldest of [...held.keys()]) {
        if (total <= maxBytes) return;
        if (!keep.has(oldest)) drop(oldest);
      }
    },
    drop,
    bytes: () => total,
  };
}
