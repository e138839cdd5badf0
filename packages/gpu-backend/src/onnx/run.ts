import type { Binding } from "./binding.js";
import type { HostArray, Pass, RunReply } from "./protocol.js";
import type { Tensor } from "./runtime.js";
import type { Served } from "./service.js";

/** One forward pass: moves nothing in the session. Outputs are fresh arrays. */
export async function runForward(binding: Binding, pass: Pass): Promise<Served<"run">> {
  binding.draws.fill(pass.draws);
  const { outputs: ports } = binding.manifest;
  const wanted = ports.map((port) => port.name);
  const results = await binding.graph.run(binding.feeds(pass.fields, "held"), wanted);
  const outputs: Record<string, RunReply["outputs"][string]> = {};
  const metrics: Record<string, number> = {};
  let loss: number | undefined;
  for (const port of ports) {
    const data = arrayOf(results[port.name]);
    if (port.to === "loss") loss = Number(data[0]);
    if (port.to === "metric") metrics[port.key] = Number(data[0]);
    if (port.to === "output")
      outputs[port.key] = { type: port.type, shape: port.shape, data: data.slice() };
  }
  return {
    value: { metrics, outputs, ...(loss === undefined ? {} : { loss }) },
    transfer: Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer),
  };
}

function arrayOf(tensor: Tensor | undefined): HostArray {
  const data = tensor?.data;
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array)
    return data;
  throw new Error(
    `A graph gave ${tensor?.type ?? "nothing"} where float32, int32 or bool was due.`,
  );
}
