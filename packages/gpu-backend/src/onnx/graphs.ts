import type { Program } from "@graft-ml/core";
import { type Digest, graphKeys } from "./hash.js";
import type { Bound, LoadRequest, Manifest } from "./protocol.js";
import { createLruCache } from "./session-cache.js";
import type { Transport } from "./transport.js";

/** A graph ready to be loaded, and how it is tied to a session. */
export type Lowered = Omit<LoadRequest, "graph"> & { readonly manifest: Manifest };

/** The native sessions that the worker holds, shared by everything that needs the same graph. */
export type Graphs = {
  /** Posts the graph unless it is there; `owner` holds it until it is released. Resolves when it is loaded. */
  load(owner: number, lowered: Lowered): { bound: Bound; loaded: Promise<unknown> };
  /** The graph of an earlier `load`, if it is still there. */
  find(graph: string): boolean;
  /** Lets go of what was not used for the longest time, except what a call needs now. */
  trim(keep: ReadonlySet<string>): void;
  /** Frees the graphs that nobody else holds. */
  release(owner: number): void;
  /** Count, and bytes of constants, of the graphs that an owner holds. */
  held(owner: number): { count: number; constantBytes: number };
};

type Entry = {
  readonly owners: Set<number>;
  readonly constantBytes: number;
  loaded: Promise<unknown>;
};

export function createGraphs(
  transport: Transport,
  { maxBytes, digest }: { readonly maxBytes: number; readonly digest: Digest },
): Graphs {
  const graphKey = graphKeys(digest);
  const entries = new Map<string, Entry>();
  const cache = createLruCache<Entry>({
    maxBytes,
    onEvict: (graph) => {
      entries.delete(graph);
      // Nothing waits for it; a worker that is gone holds nothing either.
      transport.call("evict", { graph }).catch(() => {});
    },
  });
  const post = (request: LoadRequest): Entry => {
    const constantBytes = request.external.reduce((sum, { data }) => sum + data.byteLength, 0);
    const loaded = transport.call("load", request, transferable(request));
    const entry: Entry = { owners: new Set(), constantBytes, loaded };
    loaded.catch(() => cache.drop(request.graph));
    entries.set(request.graph, entry);
    cache.set(request.graph, entry, constantBytes + request.model.byteLength);
    return entry;
  };
  return {
    load: (owner, { manifest, model, external }) => {
      const graph = graphKey(model, external);
      const entry = cache.get(graph) ?? post({ graph, model, external });
      entry.owners.add(owner);
      return { bound: { graph, manifest }, loaded: entry.loaded };
    },
    find: (graph) => cache.get(graph) !== undefined,
    trim: cache.trim,
    release: (owner) => {
      for (const [graph, { owners }] of [...entries]) {
        if (owners.delete(owner) && owners.size === 0) cache.drop(graph);
      }
    },
    held: (owner) => {
      const own = [...entries.values()].filter(({ owners }) => owners.has(owner));
      return {
        count: own.length,
        constantBytes: own.reduce((sum, entry) => sum + entry.constantBytes, 0),
      };
    },
  };
}

/** The model is ours to give away; constants on shared memory are read in place. */
const transferable = ({ model }: LoadRequest): ArrayBuffer[] =>
  model.buffer instanceof ArrayBuffer && model.byteLength === model.buffer.byteLength
    ? [model.buffer]
    : [];

/** What was lowered before: by program object, then by what its graph depends on besides. */
export type Lowerings = {
  find(program: Program, signature: string): Bound | undefined;
  add(program: Program, signature: string, bound: Bound): void;
  /** After frozen weights changed: nothing that was lowered holds any more. */
  clear(): void;
};

export function createLowerings(): Lowerings {
  let byProgram = new WeakMap<Program, Map<string, Bound>>();
  return {
    find: (program, signature) => byProgram.get(program)?.get(signature),
    add: (program, signature, bound) => {
      const bySignature = byProgram.get(program) ?? new Map<string, Bound>();
      byProgram.set(program, bySignature.set(signature, bound));
    },
    clear: () => {
      byProgram = new WeakMap();
    },
  };
}
