import "@tensorflow/tfjs-backend-cpu";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compileGraphModel } from "@graft-ml/compiler";
import { writeFileAtomic } from "@graft-ml/core/node";
import { classifierGraph, type Picture, pictureInputs } from "@graft-ml/vision";
import { loadGraphModel, version_converter as version } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { preprocessOf } from "../source/model-input.js";
import { readingConfig } from "../task/reading.js";
import type { ExportSource } from "./exported-source.js";
import type { ExportFormat, Opened } from "./format.js";
import type { SampleItems } from "./samples.js";
import { chunks, rows } from "./trainer.js";

const INPUT = "sized_pixels";

/** A graph model for `tf.loadGraphModel`: float32 pixels 0..255 of the network's size, channels last. */
export const tfjsFormat: ExportFormat = {
  summary: "a graph model for TensorFlow.js",
  takesPreprocessing: false,
  samples: 4,
  async write(folder, { source, classes }) {
    await tf.setBackend("cpu");
    const preprocess = preprocessOf(source.input);
    const { run, specs } = classifierGraph({ ...source, preprocess, input: INPUT });
    const { json, files } = compileGraphModel(run, specs);
    for (const { path, data } of files) await writeFileAtomic(join(folder, path), data);
    const about = { userDefinedMetadata: { classes, ...readingConfig(source.reading) } };
    await writeFileAtomic(join(folder, "model.json"), JSON.stringify({ ...json, ...about }));
    return ["model.json", ...files.map(({ path }) => path)];
  },
  open: (folder, { source }) => opened(folder, source),
};

type Manifest = { weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[] };

/** Reads a model as tfjs's own handlers do; its plain version has none for files. */
async function load(folder: string): Promise<tf.io.ModelArtifacts> {
  const text = await readFile(join(folder, "model.json"), "utf8");
  const { weightsManifest, ...json } = JSON.parse(text) as tf.io.ModelJSON & Manifest;
  const paths = weightsManifest.flatMap((group) => group.paths);
  const files = await Promise.all(paths.map((path) => readFile(join(folder, path))));
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  return { ...json, weightSpecs, weightData: new Uint8Array(Buffer.concat(files)).buffer };
}

async function opened(folder: string, source: ExportSource): Promise<Opened> {
  await tf.setBackend("cpu");
  const model = await loadGraphModel({ load: () => load(folder) });
  const form = pictureInputs[INPUT];
  async function* logits(items: SampleItems): AsyncGenerator<Float32Array> {
    for (const chunk of chunks(items as readonly Picture[], 2)) {
      const { data, shape } = form.feed(chunk, preprocessOf(source.input));
      await tf.setBackend("cpu");
      const x = tf.tensor(data, [...shape], "float32");
      const y = model.predict(x) as tf.Tensor;
      const values = await y.data<"float32">();
      tf.dispose([x, y]);
      yield* rows(values, chunk.length);
    }
  }
  const close = async (): Promise<void> => model.dispose();
  return { runtime: `tfjs-converter ${version} on tfjs cpu`, logits, close };
}
