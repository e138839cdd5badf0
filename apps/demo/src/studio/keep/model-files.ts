import { writeSafetensors } from "@graft-ml/core";
import type { Network } from "../networks/network.js";
import type { Medium } from "../samples/medium.js";
import type { Held } from "../samples/mediums.js";
import type { KeepFormat, KeptFile } from "../studio.js";
import { json, textFile } from "./files.js";
import { type RunFacts, runFiles } from "./run-files.js";

/** What is kept of a trained network, as files. */
export function keptFiles(
  format: KeepFormat,
  { network, medium, run }: { network: Network; medium: Medium<Held>; run: RunFacts | undefined },
): readonly KeptFile[] {
  const onnx = medium.onnx(network);
  if (format === "onnx") return [{ path: "model.onnx", bytes: onnx }];
  if (format === "transformers") {
    return [
      { path: "onnx/model.onnx", bytes: onnx },
      ...textFiles(medium.clientFiles(network)),
      textFile("config.json", json(clientConfig(network))),
    ];
  }
  const model = [
    { path: "model.safetensors", bytes: weightsOf(network) },
    { path: "model.onnx", bytes: onnx },
    ...textFiles(medium.files(network)),
    textFile("config.json", json({ ...network.model.config, ...labelled(network) })),
  ];
  return [
    ...(run ? runFiles(network, run) : []),
    ...model.map(({ path, bytes }) => ({ path: `model/${path}`, bytes })),
  ];
}

const textFiles = (files: Readonly<Record<string, string>>): KeptFile[] =>
  Object.entries(files).map(([path, text]) => textFile(path, text));

const weightsOf = ({ weights }: Network): KeptFile["bytes"] =>
  new Uint8Array(writeSafetensors(weights, { format: "pt" }));

/** Names of the outputs, where readers of such models look for them. */
function labelled({ input, classes }: Network) {
  return input.kind === "pictures" ? { classes } : labels(classes);
}

const labels = (classes: readonly string[]) => ({
  id2label: Object.fromEntries(classes.map((name, at) => [String(at), name])),
  label2id: Object.fromEntries(classes.map((name, at) => [name, at])),
});

/** Every image classifier runs alike there: its type only has to be one that the client's table knows. */
function clientConfig({ model, input, classes }: Network) {
  if (input.kind === "texts") return { ...model.config, ...labels(classes) };
  return {
    model_type: "resnet",
    architectures: ["ResNetForImageClassification"],
    num_labels: classes.length,
    ...labels(classes),
    graft: model.config,
  };
}
