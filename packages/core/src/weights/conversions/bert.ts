import type { ConversionTable } from "./table.js";

const endings: Readonly<Record<string, string>> = {
  kernel: "weight",
  gamma: "weight",
  beta: "bias",
  embeddings: "weight",
};

/**
 * TensorFlow's name as Hugging Face's PyTorch spells it: without the class of the model in front and
 * without what "___" hides ("mlm___cls" is cls); "layer_._0" and the first BERT's "layer_0" are layer.0.
 */
function torchName(name: string): string {
  const parts = name
    .replace(/^tf_[^/]*\//, "")
    .replace(/(^|\/)[^/]*___/g, "$1")
    .replaceAll("_._", "/")
    .replace(/\/layer_(\d+)\//, "/layer/$1/")
    .split("/");
  const last = parts.at(-1) ?? "";
  return [...parts.slice(0, -1), endings[last] ?? last].join(".");
}

/** BERT as TensorFlow keeps it: `tf_model.h5` of Hugging Face, and Google's own names. */
export const tensorflowBert: ConversionTable = {
  name: "TensorFlow's BERT",
  mark: /\//,
  rules: [
    { from: /\/kernel$/, to: torchName, layout: "linear" },
    { from: /\/(?:weight|bias|gamma|beta|embeddings)$/, to: torchName },
  ],
};

/** BERTs whose query, key and value are one matrix, in this order along its first axis. */
export const fusedBert: ConversionTable = {
  name: "a BERT with fused attention",
  mark: /\.attention\.self\.W?qkv\.(?:weight|bias)$/,
  rules: [
    {
      from: /^(.*\.attention\.self\.)W?qkv\.(weight|bias)$/,
      to: ["$1query.$2", "$1key.$2", "$1value.$2"],
    },
    { from: /^(.+)$/, to: "$1" },
  ],
};
