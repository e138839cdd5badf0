/** Sets that grow together: things 0 to n - 1 with a way to join two. */
export type Clusters = {
  join(a: number, b: number): void;
  /** The lowest of the things that one is with. */
  of(thing: number): number;
};

/** Union-find with path halving (Tarjan 1975). */
export function createClusters(count: number): Clusters {
  const parent = Int32Array.from({ length: count }, (_, thing) => thing);
  const of = (thing: number): number => {
    let at = thing;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  return {
    of,
    join: (a, b) => {
      const [low, high] = [of(a), of(b)].sort((x, y) => x - y) as [number, number];
      parent[high] = low;
    },
  };
}
