import { InferenceSession } from "onnxruntime-node";
import { type Binding, bind } from "./binding.js";
import { assign, buffersIn, type Memory, openMemory, stateOf } from "./memory.js";
import type { Bound, CallName, Calls, LoadRequest } from "./protocol.js";
import { runForward } from "./run.js";
import { runStep } from "./step.js";

export type Served<K extends CallName> = {
  readonly value: Calls[K]["reply"];
  readonly transfer?: ArrayBuffer[];
  /** Buffers of the request that nothing reads any more. */
  readonly spent?: ArrayBuffer[];
};

/** One handler a call. Handlers must not overlap: whoever calls them waits for each. */
export type Service = {
  readonly [K in CallName]: (request: Calls[K]["request"]) => Promise<Served<K>>;
} & { end(): Promise<void> };

type Open = { readonly memory: Memory; readonly bindings: Map<string, Binding> };

/** Owns native sessions and parameter memory: what the worker thread runs. */
export function createService(): Service {
  const graphs = new Map<string, InferenceSession>();
  const sessions = new Map<number, Open>();
  let threads = 0;

  const open = (id: number): Open => need(sessions.get(id), `session ${id} is not open`);
  const bindingIn = ({ memory, bindings }: Open) => {
    return ({ graph, manifest }: Bound): Binding => {
      const held = bindings.get(graph);
      if (held !== undefined) return held;
      const native = need(graphs.get(graph), `graph ${graph} is not loaded`);
      const made = bind(native, manifest, memory);
      bindings.set(graph, made);
      return made;
    };
  };
  const evict = async (graph: string) => {
    for (const { bindings } of sessions.values()) bindings.delete(graph);
    await graphs.get(graph)?.release();
    graphs.delete(graph);
  };

  return {
    hello: async (request) => {
      threads = request.threads;
      return { value: null };
    },
    open: async (request) => {
      sessions.set(request.session, { memory: openMemory(request), bindings: new Map() });
      const { trainable, shared, buffers } = request;
      return { value: null, spent: buffersIn(trainable, shared, buffers) };
    },
    load: async (request) => {
      const keepsMemory = graphs.size < KEEPING || process.memoryUsage.rss() < ROOM;
      graphs.set(request.graph, await createNative(request, { threads, keepsMemory }));
      return { value: null };
    },
    evict: async ({ graph }) => {
      await evict(graph);
      return { value: null };
    },
    step: async (request) => {
      const session = open(request.session);
      const bindingOf = bindingIn(session);
      const passes = request.passes.map((pass) => ({ ...pass, binding: bindingOf(pass) }));
      const { reply, transfer } = await runStep(session.memory, passes, request);
      return { value: reply, transfer };
    },
    run: ({ session, pass }) => runForward(bindingIn(open(session))(pass), pass),
    state: async ({ session }) => {
      const value = stateOf(open(session).memory);
      const slots = Object.values(value.slots);
      return { value, transfer: buffersIn(value.weights, value.buffers, ...slots) };
    },
    assign: async ({ session, shared = {}, ...state }) => {
      assign(open(session).memory, shared, state);
      const { weights = {}, buffers = {}, slots = {} } = state;
      return { value: null, spent: buffersIn(shared, weights, buffers, ...Object.values(slots)) };
    },
    close: async ({ session }) => {
      sessions.delete(session);
      return { value: null };
    },
    end: async () => {
      for (const graph of [...graphs.keys()]) await evict(graph);
      sessions.clear();
    },
  };
}

/** Graphs that may keep the memory of their largest run, whatever they take: a step and an evaluation. */
const KEEPING = 2;

/**
 * Bytes that a process holds from which on further graphs give back what a run took. Batches of eleven lengths have
 * eleven graphs, which on 512 tokens of a small BERT kept 8 GB together; so the process peaks at half of that
 * (benchmarks/results/bert-texts.md and bert-texts-medical.md).
 */
const ROOM = 2 ** 31;

/** Spinning threads would fight with whatever else the process does, and gain nothing here. */
function createNative(
  request: LoadRequest,
  { threads, keepsMemory }: { threads: number; keepsMemory: boolean },
): Promise<InferenceSession> {
  return InferenceSession.create(request.model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // The plan of one block for all tensors is made while a first run takes them piece by piece, and the
    // pieces are never given back: without it a step is as fast and takes half the memory.
    enableMemPattern: false,
    enableCpuMemArena: keepsMemory,
    logSeverityLevel: 3,
    externalData: [...request.external],
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
}

function need<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined)
    throw new Error(`The worker was asked for what it doesn't hold: ${otherwise}.`);
  return value;
}
