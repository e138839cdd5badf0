import type { Binding } from "./binding.js";
import { applyFused } from "./fused.js";
import { type BufferRole, buffersIn, copiesOf, type Memory, slotsOf } from "./memory.js";
import type { Failure, StepReply, StepRequest } from "./protocol.js";

/** A step that failed in a way the caller should hear about by its code. */
export class StepFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

type Sums = { loss: number; metrics: Record<string, number> };

/** One update. Until every check has passed, only gradients and spare running statistics are written. */
export async function runStep(
  memory: Memory,
  binding: Binding,
  request: StepRequest,
): Promise<{ reply: StepReply; transfer: ArrayBuffer[] }> {
  const count = request.microBatches.length;
  const { sums, written } = await runMicroBatches(memory, binding, request);
  const loss = sums.loss / count;
  const gradNorm = Math.sqrt(squaredNorm(memory)) / count;
  if (!Number.isFinite(loss) || !Number.isFinite(gradNorm))
    throw notFinite(loss, gradNorm, request);

  const scale = clipFactor(gradNorm, request.clipNorm) / count;
  const reply: StepReply = {
    loss,
    gradNorm,
    metrics: Object.fromEntries(
      Object.entries(sums.metrics).map(([name, sum]) => [name, sum / count]),
    ),
  };
  commit(memory, written);
  if (request.update.kind === "fused") {
    applyFused(memory, { ...request.update, scale, gradients: gradientsOf(binding) });
    return { reply, transfer: [] };
  }
  const host = gradientsForHost(memory, binding, scale);
  return {
    reply: { ...reply, host },
    transfer: buffersIn(host.gradients, host.weights, ...Object.values(host.slots)),
  };
}

/** Leaves the sum of the gradients in the "gradient" role; tells where the moved statistics are. */
async function runMicroBatches(
  memory: Memory,
  binding: Binding,
  request: StepRequest,
): Promise<{ sums: Sums; written: BufferRole }> {
  const sums: Sums = { loss: 0, metrics: {} };
  let read: BufferRole = "held";
  copyBuffers(memory, "held", "even");
  copyBuffers(memory, "held", "odd");
  clearMissing(memory, binding);
  for (const [index, { fields, draws }] of request.microBatches.entries()) {
    const write: BufferRole = index % 2 === 0 ? "even" : "odd";
    const gradients = index === 0 ? "gradient" : "partial";
    binding.draws.fill(draws);
    await binding.native.run(binding.feeds(fields, read), binding.targets(gradients, write));
    addScalars(sums, binding);
    if (index > 0) {
      for (const { kernels, region, count } of memory.trainable.list)
        kernels.accumulate(region("gradient"), region("partial"), count);
    }
    read = write;
  }
  return { sums, written: read };
}

function addScalars(sums: Sums, binding: Binding): void {
  for (const port of binding.manifest.outputs) {
    if (port.to === "loss") sums.loss += binding.scalar(port.name);
    if (port.to === "metric")
      sums.metrics[port.key] = (sums.metrics[port.key] ?? 0) + binding.scalar(port.name);
  }
}

const gradientsOf = (binding: Binding): ReadonlySet<string> =>
  new Set(binding.manifest.outputs.flatMap((port) => (port.to === "gradient" ? [port.key] : [])));

/** A weight that this program doesn't reach has no gradient: none of an earlier program may remain. */
function clearMissing(memory: Memory, binding: Binding): void {
  const reached = gradientsOf(binding);
  for (const arena of memory.trainable.list) {
    for (const name of arena.names) {
      if (reached.has(name)) continue;
      arena.view("gradient", name).fill(0);
      arena.view("partial", name).fill(0);
    }
  }
}

function squaredNorm(memory: Memory): number {
  return memory.trainable.list.reduce(
    (sum, { kernels, region, count }) => sum + kernels.squaredNorm(region("gradient"), count),
    0,
  );
}

const clipFactor = (norm: number, most: number | undefined): number =>
  most === undefined || norm <= most ? 1 : most / norm;

const copyBuffers = (memory: Memory, from: BufferRole, to: BufferRole): void => {
  for (const name of memory.bufferNames)
    memory.buffers.view(to, name).set(memory.buffers.view(from, name));
};

const commit = (memory: Memory, written: BufferRole): void => copyBuffers(memory, written, "held");

/** Only what this program's loss depends on: the rest must not move, not even by weight decay. */
function gradientsForHost(
  memory: Memory,
  binding: Binding,
  scale: number,
): NonNullable<StepReply["host"]> {
  for (const { kernels, region, count } of memory.trainable.list)
    kernels.scale(region("gradient"), count, scale);
  const reached = [...gradientsOf(binding)];
  return {
    gradients: Object.fromEntries(
      reached.map((name) => [name, memory.trainable.view("gradient", name).slice()]),
    ),
    weights: copiesOf(memory.trainable, "weight"),
    slots: slotsOf(memory),
  };
}

function notFinite(loss: number, gradNorm: number, { step }: StepRequest): StepFailure {
  const what = Number.isFinite(loss)
    ? `The gradients' norm became ${gradNorm}`
    : `Loss became ${loss}`;
  return new StepFailure({
    code: "loss-not-finite",
    message: `${what} at step ${step + 1}. Nothing was changed; try a lower learning rate or clipNorm.`,
    details: { step: step + 1, loss, gradNorm },
  });
}
