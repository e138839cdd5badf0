import type { Json } from "@graft-ml/core";
import {
  type Fields,
  invalidField,
  isPixels,
  numberField,
  tripleField,
  wordField,
} from "./config-fields.js";
import type { Preprocess } from "./preprocess.js";
import { preprocessFromHuggingFace } from "./preprocess-hugging-face.js";

const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
const IMAGENET_STD = [0.229, 0.224, 0.225] as const;

/**
 * Reads how a checkpoint wants its pictures: from its config.json (timm's fields, nested in
 * `pretrained_cfg` or flat) or from a Hugging Face preprocessor_config.json. Throws
 * `config-invalid` naming the file and the field.
 */
export function preprocessFromConfig(config: Json, file = "config.json"): Preprocess {
  const json = isObject(config) ? config : {};
  const { pretrained_cfg: nested } = json;
  const fields = { file, json: isObject(nested) ? { ...json, ...nested } : json };
  if ("input_size" in fields.json) return fromTimm(fields);
  if ("size" in json) return preprocessFromHuggingFace(fields);
  throw invalidField(fields, "input_size", "[3, height, width]");
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fromTimm(fields: Fields): Preprocess {
  const [planes, height, width] = tripleField(fields, "input_size") ?? [];
  if (planes !== 3 || !isPixels(height) || !isPixels(width)) {
    throw invalidField(fields, "input_size", "[3, height, width]");
  }
  const mode = wordField(fields, "crop_mode", ["center", "squash"]);
  const pct = numberField(fields, "crop_pct") ?? 0.875;
  const scaled = (side: number) => Math.floor(side / pct);
  const pixels = numberField(fields, "resize_short_side") ?? scaled(Math.min(height, width));
  if (!isPixels(pixels)) throw invalidField(fields, "crop_pct", "a share above 0, at most 1");
  return {
    size: [height, width],
    resize:
      mode === "squash" || height !== width
        ? { kind: "exact", height: scaled(height), width: scaled(width) }
        : { kind: "short-side", pixels },
    interpolation: wordField(fields, "interpolation", [
      "bilinear",
      "nearest",
      "box",
      "hamming",
      "bicubic",
      "lanczos",
    ]),
    mean: tripleField(fields, "mean") ?? IMAGENET_MEAN,
    std: tripleField(fields, "std") ?? IMAGENET_STD,
    channelOrder: wordField(fields, "channel_order", ["RGB", "BGR"]),
    cropRounding: "half-even",
  };
}

/**
 * The styles of Keras's preprocess_input: `torch` scales by ImageNet's mean and deviation, `tf` to
 * -1..1, `caffe` takes BGR less its mean and leaves 0..255. Pictures are stretched to `size` by
 * nearest neighbour unless told otherwise, as Keras's load_img does.
 */
export function preprocessStyle(
  style: "torch" | "tf" | "caffe",
  options: { size: readonly [number, number] } & Partial<
    Pick<Preprocess, "resize" | "interpolation">
  >,
): Preprocess {
  const { size, interpolation = "nearest" } = options;
  const [height, width] = size;
  const { resize = { kind: "exact", height, width } } = options;
  return { size, resize, interpolation, cropRounding: "half-even", ...styles[style] };
}

const styles: Readonly<
  Record<"torch" | "tf" | "caffe", Pick<Preprocess, "mean" | "std" | "channelOrder">>
> = {
  torch: { mean: IMAGENET_MEAN, std: IMAGENET_STD, channelOrder: "RGB" },
  tf: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], channelOrder: "RGB" },
  caffe: {
    mean: [103.939 / 255, 116.779 / 255, 123.68 / 255],
    std: [1 / 255, 1 / 255, 1 / 255],
    channelOrder: "BGR",
  },
};
