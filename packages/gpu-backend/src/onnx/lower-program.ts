import { emit, lower, optimize, type Target, trace } from "@graft-ml/compiler";
import { type Batch, GraftError, isGraftError, type Program, runProgram } from "@graft-ml/core";
import type { Lowered } from "./graphs.js";
import type { Layout } from "./layout.js";
import { inputOf, type Ports, specsOf, tensorSpecs, traceRandom } from "./program-inputs.js";
import { runOutputs, stepOutputs, targetOf } from "./program-outputs.js";
import type { HostType } from "./protocol.js";

/** step: loss, gradients, metrics and moved buffers. run: loss, metrics and outputs. */
export type Mode = "step" | "run";

/** Constants from this size on travel beside the model, without being written into it. */
const externalBytes = 1024;

/**
 * Traces a program for one batch shape and lowers it to the graph that the worker runs. Throws
 * `program-invalid`; leaves no tensors behind.
 */
export function lowerProgram(input: {
  program: Program;
  mode: Mode;
  batch: Batch;
  layout: Layout;
  target: Target;
}): Lowered {
  const { program, mode, batch, layout, target } = input;
  const specs = specsOf(layout, batch);
  const ports: Ports = new Map(specs.flatMap(({ port }) => (port ? [[port.name, port]] : [])));
  let dispose = () => {};
  try {
    const traced = trace(
      (tensors, tracer) => {
        const random = traceRandom(tracer, ports);
        const given = inputOf(specs, tensors, { random, training: mode === "step" });
        const results =
          mode === "step"
            ? stepOutputs(program, given, [...layout.groups.keys()])
            : runOutputs(runProgram(program, given));
        dispose = results.dispose;
        return results.outputs;
      },
      tensorSpecs(specs),
      { name: program.key },
    );
    const graph = optimize(lower(traced, { target }));
    const outputs = graph.outputs.map(({ name, type, shape }) => ({
      ...targetOf(name),
      name,
      type: type as HostType,
      shape: shape as readonly number[],
    }));
    const inputs = graph.inputs.map(({ name }) => ports.get(name)!);
    return { ...emit(graph, { target, externalBytes }), manifest: { inputs, outputs } };
  } catch (error) {
    throw explained(program, error);
  } finally {
    dispose();
  }
}

/** The compiler's errors are of its own class; to whoever called the session, the program is at fault. */
function explained(program: Program, error: unknown): unknown {
  if (error instanceof GraftError || !isGraftError(error)) return error;
  const { message, details } = error;
  return new GraftError(
    "program-invalid",
    `The program "${program.key}" cannot be compiled: ${message}`,
    { details, cause: error },
  );
}
