/** Which parts of the readers have run. */
export type Coverage = {
  /** Forgets what ran since the last question. */
  reset(): void;
  /** Whether something ran that never did before, or more often than ever before; remembers it. */
  hasNews(): boolean;
  /** How many statements and branches have run so far, and how many there are. */
  readonly covered: number;
  readonly all: number;
};

/** Istanbul's counters of one file: statements, functions, and the ways out of each branch. */
type Counters = Record<"s" | "f", Uint8Array | Record<string, number>> & {
  b: Record<string, Uint8Array | number[]>;
};

/**
 * Looks at the counters that `instrument.mjs` put into the readers; they become bytes in one array,
 * so that a look takes microseconds.
 */
export function watchCoverage(): Coverage {
  const files: Record<string, Counters> = Reflect.get(globalThis, "__coverage__") ?? {};
  const counters = Object.values(files);
  const total = counters.reduce((sum, file) => sum + countOf(file), 0);
  if (total === 0) throw new Error("the readers are not instrumented");
  const counts = new Uint8Array(total);
  const best = new Uint8Array(total);
  let start = 0;
  for (const file of counters) start = moveInto(file, counts, start);
  let covered = 0;
  return {
    all: total,
    get covered() {
      return covered;
    },
    reset: () => void counts.fill(0),
    hasNews() {
      let news = false;
      for (let i = 0; i < total; i++) {
        // Once, twice, up to 4, 8, ... times: loops that run longer than before are news as well.
        const bucket = 32 - Math.clz32(counts[i] ?? 0);
        if (bucket <= (best[i] ?? 0)) continue;
        if (best[i] === 0) covered++;
        best[i] = bucket;
        news = true;
      }
      return news;
    },
  };
}

const countOf = ({ s, f, b }: Counters): number =>
  Object.keys(s).length +
  Object.keys(f).length +
  Object.values(b).reduce((sum, ways) => sum + ways.length, 0);

function moveInto(file: Counters, counts: Uint8Array, start: number): number {
  let at = start;
  const next = (length: number): Uint8Array => {
    at += length;
    return counts.subarray(at - length, at);
  };
  file.s = next(Object.keys(file.s).length);
  file.f = next(Object.keys(file.f).length);
  for (const [key, ways] of Object.entries(file.b)) file.b[key] = next(ways.length);
  return at;
}
