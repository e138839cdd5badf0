import { type Binding, bind } from "./binding.js";
import { assign, buffersIn, type Memory, openMemory, stateOf } from "./memory.js";
import type { Bound, CallName, Calls } from "./protocol.js";
import { runForward } from "./run.js";
import type { Graph, Runtime } from "./runtime.js";
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

/** Owns compiled graphs and parameter memory: what the worker thread runs. */
export function createService(runtime: Runtime): Service {
  const graphs = new Map<string, Graph>();
  const sessions = new Map<number, Open>();
  let threads = 0;

  const open = (id: number): Open => need(sessions.get(id), `session ${id} is not open`);
  const bindingIn = ({ memory, bindings }: Open) => {
    return ({ graph, manifest }: Bound): Binding => {
      const held = bindings.get(graph);
      if (held !== undefined) return held;
      const compiled = need(graphs.get(graph), `graph ${graph} is not loaded`);
      const made = bind(compiled, { runtime, manifest, memory });
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
      const options = { threads, held: graphs.size };
      graphs.set(request.graph, await runtime.compile(request, options));
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

function need<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined)
    throw new Error(`The worker was asked for what it doesn't hold: ${otherwise}.`);
  return value;
}
