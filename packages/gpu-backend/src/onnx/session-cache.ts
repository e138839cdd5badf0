/** Keeps what was used last, up to so many bytes. */
export type LruCache<T> = {
  /** The value, which counts as used now. */
  get(key: string): T | undefined;
  has(key: string): boolean;
  /** Holds a value of `bytes`, letting go of the longest unused ones; the newest stays even if it is too large alone. */
  set(key: string, value: T, bytes: number): void;
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
      for (const oldest of held.keys()) {
        if (total <= maxBytes || oldest === key) break;
        drop(oldest);
      }
    },
    drop,
    bytes: () => total,
  };
}
