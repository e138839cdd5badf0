import type { Target } from "@graft-ml/compiler";
import type { Batch, Optimizer, Program, SessionOptions } from "@graft-ml/core";
import { checkBatch, fnv1a } from "@graft-ml/core";
import { fieldsToWorker, floatsToWorker } from "./crossing.js";
import { createLowerings, type Graphs, type Lowerings } from "./graphs.js";
import { type Layout, layOut } from "./layout.js";
import { lowerProgram, type Mode } from "./lower-program.js";
import type { Bound, DrawWords, Manifest, Pass } from "./protocol.js";
import type { Transport } from "./transport.js";

/** The caller's half of a session: everything but the arrays that training moves. */
export type NativeSession = {
  readonly id: number;
  readonly transport: Transport;
  readonly graphs: Graphs;
  readonly target: Target;
  readonly lowerings: Lowerings;
  readonly optimizer: Optimizer | undefined;
  layout: Layout;
  step: number;
  seed: number;
  /** True once gradients of several micro-batches were added up, which takes memory of its own. */
  accumulated: boolean;
};

/** Lays the weights out and gives the worker its part of them. */
export async function openNativeSession(
  options: SessionOptions,
  { id, transport, graphs, target }: Pick<NativeSession, "id" | "transport" | "graphs" | "target">,
): Promise<NativeSession> {
  const { optimizer, seed = 0 } = options;
  const layout = layOut(options);
  const trainable = floatsToWorker(
    Object.fromEntries([...layout.groups.keys()].map((name) => [name, options.weights[name]!])),
  );
  const shared = floatsToWorker(layout.shared);
  const buffers = floatsToWorker(optimizer === undefined ? {} : (options.buffers ?? {}));
  await transport.call(
    "open",
    {
      session: id,
      trainable: trainable.value,
      shared: shared.value,
      buffers: buffers.value,
      slots: optimizer?.slots ?? [],
    },
    [...trainable.transfer, ...shared.transfer, ...buffers.transfer],
  );
  const lowerings = createLowerings();
  const state = { layout, step: 0, seed, accumulated: false };
  return { id, transport, graphs, target, lowerings, optimizer, ...state };
}

/** What a call sends: its passes, the buffers that go over with them, and the graphs on their way there. */
export type Prepared = {
  readonly passes: readonly Pass[];
  readonly transfer: ArrayBuffer[];
  readonly loaded: Promise<unknown>;
};

/**
 * Lowers the program for every batch shape that is new. Nothing is awaited here, so that no other
 * session's graphs can push these out before the call that needs them is posted.
 */
export function prepare(
  session: NativeSession,
  mode: Mode,
  program: Program,
  batches: readonly Batch[],
): Prepared {
  for (const batch of batches) checkBatch(batch);
  const loading: Promise<unknown>[] = [];
  const bounds = batches.map((batch) => {
    const { bound, loaded } = boundOf(session, mode, program, batch);
    loading.push(loaded);
    return bound;
  });
  session.graphs.trim(new Set(bounds.map(({ graph }) => graph)));
  const crossings = batches.map(fieldsToWorker);
  return {
    passes: bounds.map((bound, index) => ({
      ...bound,
      fields: crossings[index]?.value ?? {},
      draws: drawWords(session, bound.manifest, index),
    })),
    transfer: crossings.flatMap(({ transfer }) => transfer),
    loaded: Promise.all(loading),
  };
}

function boundOf(
  session: NativeSession,
  mode: Mode,
  program: Program,
  batch: Batch,
): { bound: Bound; loaded: Promise<unknown> } {
  const { graphs, lowerings, layout, target } = session;
  const signature = `${mode} ${signatureOf(batch)}`;
  const known = lowerings.find(program, signature);
  if (known && graphs.find(known.graph)) return { bound: known, loaded: Promise.resolve() };
  const { bound, loaded } = graphs.load(
    session.id,
    lowerProgram({ program, mode, batch, layout, target }),
  );
  lowerings.add(program, signature, bound);
  return { bound, loaded };
}

const signatureOf = (batch: Batch): string =>
  Object.entries(batch)
    .map(([name, { dtype, shape }]) => `${JSON.stringify(name)}:${dtype}[${shape.join()}]`)
    .sort()
    .join(" ");

/** The draws of the n-th micro-batch of the coming update. */
function drawWords({ seed, step }: NativeSession, manifest: Manifest, index: number): DrawWords {
  const words = manifest.inputs.flatMap((port) =>
    port.from === "draw" ? [step, index, 0, seed, fnv1a(port.site)] : [],
  );
  return Uint32Array.from(words);
}
