import {
  atRate,
  type Batch,
  createQueue,
  GraftError,
  type HostTensor,
  mapWeights,
  type OptimizerScalars,
  type Program,
  type RunResult,
  type Session,
  type StepOptions,
  type StepResult,
} from "@graft-ml/core";
import { isFused } from "./fused.js";
import { updateOnHost } from "./host-update.js";
import { type NativeSession, prepare } from "./native-session.js";
import type { HostArray, HostType } from "./protocol.js";
import { memoryOf, restore, snapshotOf } from "./session-state.js";

/** The contract's session over the worker's: calls run in order, one at a time. */
export function asSession(session: NativeSession, onClose: () => void): Session {
  const queue = createQueue("session");
  return {
    step: (program, batch, options = {}) =>
      queue.push(() => step(session, program, isList(batch) ? batch : [batch], options)),
    run: (program, batch) => queue.push(() => run(session, program, batch)),
    snapshot: () => queue.push(() => snapshotOf(session)),
    restore: (snapshot) => queue.push(() => restore(session, snapshot)),
    memory: () => {
      queue.checkOpen();
      return memoryOf(session);
    },
    close: () =>
      queue.close(async () => {
        onClose();
        session.graphs.release(session.id);
        // A worker that is gone has freed everything already.
        await session.transport.call("close", { session: session.id }).catch(() => {});
      }),
  };
}

const isList = (batch: Batch | readonly Batch[]): batch is readonly Batch[] => Array.isArray(batch);

async function step(
  session: NativeSession,
  program: Program,
  batches: readonly Batch[],
  { clipNorm, rateFactor }: StepOptions,
): Promise<StepResult> {
  const { optimizer, transport, id } = session;
  if (optimizer === undefined) {
    throw new GraftError(
      "config-invalid",
      "This session has no optimizer, so it cannot make a step. Open it with one.",
    );
  }
  if (batches.length === 0)
    throw new GraftError("batch-invalid", "A step needs at least one batch; the list is empty.");
  const scalars = scalarsOf(session, rateFactor);
  const { passes, transfer, loaded } = prepare(session, "step", program, batches);
  const reply = transport.call(
    "step",
    {
      session: id,
      step: session.step,
      passes,
      ...(clipNorm === undefined ? {} : { clipNorm }),
      update: isFused(optimizer)
        ? { kind: "fused", optimizer: optimizer.name, scalars }
        : { kind: "host" },
    },
    transfer,
  );
  const [{ host, ...result }] = await Promise.all([reply, loaded]);
  session.accumulated ||= batches.length > 1;
  if (host !== undefined) {
    const shapes = session.layout.trainable;
    const next = await updateOnHost({ optimizer, shapes, scalars, host });
    await transport.call("assign", { session: id, ...next, buffers: host.buffers });
  }
  session.step += 1;
  return { step: session.step, ...result };
}

/** The optimizer's numbers for the coming update, by weight. */
const scalarsOf = (
  { optimizer, layout, step }: NativeSession,
  rateFactor: number | undefined,
): Record<string, OptimizerScalars> =>
  Object.fromEntries(
    [...layout.groups].map(([name, group]) => [
      name,
      optimizer?.scalars({ step, group: atRate(group, rateFactor) }) ?? {},
    ]),
  );

async function run(session: NativeSession, program: Program, batch: Batch): Promise<RunResult> {
  const { passes, transfer, loaded } = prepare(session, "run", program, [batch]);
  const [pass] = passes;
  if (pass === undefined) throw new Error("One batch makes one pass.");
  const reply = session.transport.call("run", { session: session.id, pass }, transfer);
  const [{ outputs, ...result }] = await Promise.all([reply, loaded]);
  return {
    ...result,
    outputs: mapWeights(outputs, ({ type, shape, data }) => asHostTensor(type, shape, data)),
  };
}

/** `type` says what kind of array `data` is. */
const asHostTensor = (type: HostType, shape: readonly number[], data: HostArray): HostTensor =>
  ({ dtype: type, shape, data }) as HostTensor;
