import { compileDynamic } from "@graft-ml/compiler";
import { GraftError } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { openOnnxFile } from "@graft-ml/gpu-backend/node";
import type { PictureInput } from "@graft-ml/vision";
import type { ModelSource } from "../source/model-source.js";
import { exportedGraph } from "./exported-graph.js";
import type { Opened } from "./format.js";
import type { SampleItems } from "./samples.js";
import { chunks, type Trained } from "./trainer.js";

/** What one protobuf holds, less room for the graph itself. */
const MOST_BYTES = 2 ** 31 - 2 ** 24;

/** Writes the network as one ONNX file: opset 17, IR 8, ai.onnx only, for batches of any size. */
export async function writeOnnx(
  path: string,
  source: Trained & Pick<ModelSource, "source">,
  input: PictureInput,
): Promise<void> {
  const bytes = Object.values(source.weights).reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes > MOST_BYTES) {
    throw new GraftError(
      "config-invalid",
      `The weights of ${source.source} take ${(bytes / 2 ** 30).toFixed(1)} GB and one ONNX file holds 2. Export them with: --format safetensors`,
      { details: { bytes } },
    );
  }
  const { run, specs, sizes } = exportedGraph(source, input);
  const { model } = compileDynamic(run, specs, { sizes, name: source.model.architecture });
  await writeFileAtomic(path, model);
}

/** Runs the file that was written as its users will, on ONNX Runtime. */
export async function openOnnx(
  path: string,
  source: Trained,
  input: PictureInput,
): Promise<Opened> {
  const file = await openOnnxFile(path);
  const graph = exportedGraph(source, input);
  async function* logits(items: SampleItems): AsyncGenerator<Float32Array> {
    for (const chunk of chunks<SampleItems[number]>(items, graph.chunk)) {
      const some = chunk as SampleItems;
      yield* graph.logitsOf(await file.run(graph.feed(some)), some);
    }
  }
  return { runtime: file.runtime, logits, close: file.close };
}
