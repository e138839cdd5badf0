import type { Binding } from "./binding.js";
import { applyFused } from "./fused.js";
import { type BufferRole, buffersIn, copiesOf, type Memory, slotsOf } from "./memory.js";
import type { Failure, Pass, StepReply, StepRequest } from "./protocol.js";

/** A step that failed in a way the caller should hear about by its code. */
export class StepFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

type BoundPass = Pass & { readonly binding: Binding };

type Sums = {
  loss: number;
  readonly metrics: Record<string, number>;
  /** Where the running statistics are that the last micro-batch moved. */
  written: BufferRole;
  /** The weights that the loss depends on. */
  readonly reached: ReadonlySet<string>;
};

/** One update. Until every check has passed, only gradients and spare running statistics are written. */
export async function runStep(
  memory: Memory,
  passes: readonly BoundPass[],
  request: StepRequest,
): Promise<{ reply: StepReply; transfer: ArrayBuffer[] }> {
  const count = passes.length;
  const sums = await runPasses(memory, passes);
  const loss = sums.loss / count;
  const gradNorm = Math.sqrt(squaredNorm(memory)) / count;
  if (!Number.isFinite(loss) || !Number.isFinite(gradNorm))
    throw notFinite(loss, gradNorm, request);

  const reply: StepReply = {
    loss,
    gradNorm,
    metrics: Object.fromEntries(
      Object.entries(sums.metrics).map(([name, sum]) => [name, sum / count]),
    ),
  };
  const scale = clipFactor(gradNorm, request.clipNorm) / count;
  if (request.update.kind === "host") {
    const host = stateForHost(memory, sums, scale);
    const groups = [host.gradients, host.weights, host.buffers, ...Object.values(host.slots)];
    return { reply: { ...reply, host }, transfer: buffersIn(...groups) };
  }
  copyBuffers(memory, sums.written, "held");
  applyFused(memory, { ...request.update, scale, gradients: sums.reached });
  return { reply, transfer: [] };
}

/** Leaves the sum of the gradients in the "gradient" role. */
async function runPasses(memory: Memory, passes: readonly BoundPass[]): Promise<Sums> {
  const reached = new Set(passes.flatMap(({ binding }) => gradientsOf(binding)));
  const sums: Sums = { loss: 0, metrics: {}, written: "held", reached };
  copyBuffers(memory, "held", "even");
  copyBuffers(memory, "held", "odd");
  clearUnreached(memory, reached);
  for (const [index, { binding, fields, draws }] of passes.entries()) {
    const write: BufferRole = index % 2 === 0 ? "even" : "odd";
    const gradients = index === 0 ? "gradient" : "partial";
    binding.draws.fill(draws);
    await binding.graph.runInto(
      binding.feeds(fields, sums.written),
      binding.targets(gradients, write),
    );
    addScalars(sums, binding);
    if (index > 0) {
      for (const { kernels, region, count } of memory.trainable.list)
        kernels.accumulate(region("gradient"), region("partial"), count);
    }
    sums.written = write;
  }
  return sums;
}

function addScalars(sums: Sums, binding: Binding): void {
  for (const port of binding.manifest.outputs) {
    if (port.to === "loss") sums.loss += binding.scalar(port.name);
    if (port.to === "metric")
      sums.metrics[port.key] = (sums.metrics[port.key] ?? 0) + binding.scalar(port.name);
  }
}

const gradientsOf = (binding: Binding): string[] =>
  binding.manifest.outputs.flatMap((port) => (port.to === "gradient" ? [port.key] : []));

/** A weight that this program doesn't reach has no gradient: none of an earlier program may remain. */
function clearUnreached(memory: Memory, reached: ReadonlySet<string>): void {
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

function copyBuffers(memory: Memory, from: BufferRole, to: BufferRole): void {
  for (const name of memory.bufferNames)
    memory.buffers.view(to, name).set(memory.buffers.view(from, name));
}

/** Only what the loss depends on has a gradient: the rest must not move, not even by weight decay. */
function stateForHost(
  memory: Memory,
  { reached, written }: Sums,
  scale: number,
): NonNullable<StepReply["host"]> {
  for (const { kernels, region, count } of memory.trainable.list)
    kernels.scale(region("gradient"), count, scale);
  return {
    gradients: Object.fromEntries(
      [...reached].map((name) => [name, memory.trainable.view("gradient", name).slice()]),
    ),
    weights: copiesOf(memory.trainable, "weight"),
    buffers: copiesOf(memory.buffers, written),
    slots: slotsOf(memory),
  };
}

function notFinite(loss: number, gradNorm: number, { step }: StepRequest): StepFailure {
  const what = Number.isFinite(loss)
    ? `The gradients' norm became ${gradNorm}`
    : `The loss became ${loss}`;
  return new StepFailure({
    code: "loss-not-finite",
    message: `${what} at step ${step + 1}; nothing was changed. Try a lower learning rate, or clip the gradients.`,
    details: { step: step + 1, loss, gradNorm },
  });
}
