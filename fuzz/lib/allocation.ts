/** Thrown instead of an allocation beyond the limit, which then never happens. */
class OverLimit extends Error {
  override readonly name = "OverLimit";
}

const widths: Readonly<Record<string, number>> = {
  ArrayBuffer: 1,
  SharedArrayBuffer: 1,
  Uint8Array: 1,
  Int8Array: 1,
  Uint16Array: 2,
  Int16Array: 2,
  Uint32Array: 4,
  Int32Array: 4,
  Float32Array: 4,
  Float64Array: 8,
  BigInt64Array: 8,
  BigUint64Array: 8,
};

export type AllocationMeter = {
  /** Counts from zero, up to `limit` bytes. */
  start(limit: number): void;
  readonly bytes: number;
};

/**
 * Counts the bytes of every buffer and typed array made in this thread, by standing in for their
 * constructors and `slice`. Views of buffers that exist cost nothing.
 */
export function meterAllocations(): AllocationMeter {
  let [bytes, limit] = [0, Number.POSITIVE_INFINITY];
  const count = (more: number): void => {
    if (Number.isFinite(more)) bytes += more;
    if (bytes > limit) throw new OverLimit(`${bytes} bytes allocated, and the limit is ${limit}`);
  };
  for (const [name, width] of Object.entries(widths)) standIn(name, width, count);
  return {
    start(newLimit) {
      [bytes, limit] = [0, newLimit];
    },
    get bytes() {
      return bytes;
    },
  };
}

type Constructor = new (...args: readonly unknown[]) => object;

function standIn(name: string, width: number, count: (bytes: number) => void): void {
  const original: Constructor = Reflect.get(globalThis, name);
  const proxy: Constructor = new Proxy(original, {
    construct(target, args: readonly unknown[], newTarget) {
      count(elementsOf(args[0]) * width);
      return Reflect.construct(target, args, newTarget === proxy ? target : newTarget);
    },
  });
  Object.defineProperty(globalThis, name, { value: proxy, configurable: true, writable: true });
  const { prototype } = original;
  const slice: unknown = Reflect.get(prototype, "slice");
  if (typeof slice !== "function") return;
  Object.defineProperty(prototype, "slice", {
    configurable: true,
    writable: true,
    value(this: ArrayBufferView, ...args: readonly unknown[]) {
      const copy: { byteLength: number } = Reflect.apply(slice, this, args);
      count(copy.byteLength);
      return copy;
    },
  });
}

/** A length, or an array to copy; a buffer is only looked at. */
function elementsOf(first: unknown): number {
  if (typeof first === "number") return first;
  if (ArrayBuffer.isView(first) && "length" in first) return Number(first.length);
  return Array.isArray(first) ? first.length : 0;
}
