import { compileDynamic } from "@graft-ml/compiler";
import { GraftError } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { openOnnxFile } from "@graft-ml/gpu-backend";
import { classifierGraph, type Picture, type PictureInput, pictureInputs } from "@graft-ml/vision";
import type { ModelSource } from "../source/model-source.js";
import type { Opened } from "./format.js";
import { chunks, rows, type Trained } from "./trainer.js";

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
  const { run, specs, sizes } = classifierGraph({ ...source, input });
  const { model } = compileDynamic(run, specs, { sizes, name: source.model.architecture });
  await writeFileAtomic(path, model);
}

/** Runs the file that was written as its users will, on ONNX Runtime. */
export async function openOnnx(
  path: string,
  source: Pick<Trained, "preprocess">,
  input: PictureInput,
): Promise<Opened> {
  const file = await openOnnxFile(path);
  const form = pictureInputs[input];
  async function* logits(pictures: readonly Picture[]): AsyncGenerator<Float32Array> {
    for (const chunk of chunks(pictures, form.anySize ? 1 : 8)) {
      const feeds = { [form.name]: form.feed(chunk, source.preprocess) };
      const { logits: result } = await file.run(feeds);
      yield* rows(result?.data ?? new Float32Array(0), chunk.length);
    }
  }
  return { runtime: file.runtime, logits, close: file.close };
}
