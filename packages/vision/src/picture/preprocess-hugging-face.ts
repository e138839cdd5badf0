import type { Json } from "@graft-ml/core";
import {
  type Fields,
  invalidField,
  isPixels,
  numberField,
  type Triple,
  tripleField,
  wordField,
} from "./config-fields.js";
import type { Preprocess } from "./preprocess.js";
import type { Interpolation } from "./resample-filter.js";

/** Pillow's numbers for its filters. */
const pillowFilters: readonly Interpolation[] = [
  "nearest",
  "lanczos",
  "bilinear",
  "bicubic",
  "box",
  "hamming",
];

type Resize = Preprocess["resize"];

/** The fields of preprocessor_config.json; `channel_order` and `crop_rounding` are this project's own. */
export function preprocessFromHuggingFace(fields: Fields): Preprocess {
  const { json } = fields;
  if (json.do_resize === false) throw invalidField(fields, "do_resize", "true");
  const scale =
    255 * (json.do_rescale === false ? 1 : (numberField(fields, "rescale_factor") ?? 1 / 255));
  const offset = json.rescale_offset === true ? 1 : 0;
  const normalized = json.do_normalize !== false;
  const mean = (normalized && tripleField(fields, "image_mean")) || ([0, 0, 0] as const);
  const std = (normalized && tripleField(fields, "image_std")) || ([1, 1, 1] as const);
  const filter = numberField(fields, "resample") ?? 2;
  const interpolation = pillowFilters[filter];
  if (interpolation === undefined) throw invalidField(fields, "resample", "0 to 5");
  const channelOrder = wordField(fields, "channel_order", ["RGB", "BGR"]);
  return {
    ...sizes(fields),
    interpolation,
    mean: each(mean, (m) => (m + offset) / scale),
    std: each(std, (s) => s / scale),
    channelOrder: json.do_flip_channel_order === true ? "BGR" : channelOrder,
    cropRounding: wordField(fields, "crop_rounding", ["down", "half-even"]),
  };
}

const each = ([a, b, c]: Triple, change: (value: number) => number): Triple => [
  change(a),
  change(b),
  change(c),
];

function sizes(fields: Fields): Pick<Preprocess, "size" | "resize"> {
  const resize = resizeField(fields);
  const cropPct = numberField(fields, "crop_pct");
  if (cropPct !== undefined && resize.kind === "short-side")
    return convNext(resize.pixels, cropPct);
  if (fields.json.do_center_crop === true) return { size: cropField(fields, resize), resize };
  if (resize.kind === "exact") return { size: [resize.height, resize.width], resize };
  throw invalidField(fields, "do_center_crop", "true where size has only a shortest_edge");
}

/** ConvNeXt's processor: stretched from 384 pixels on, below that resized by the share and cut. */
function convNext(edge: number, pct: number): Pick<Preprocess, "size" | "resize"> {
  const resize: Resize =
    edge < 384
      ? { kind: "short-side", pixels: Math.trunc(edge / pct) }
      : { kind: "exact", height: edge, width: edge };
  return { size: [edge, edge], resize };
}

/** A number is a short side where a cut follows, else a square; {shortest_edge} or {height, width} say so. */
function resizeField(fields: Fields): Resize {
  const { size, do_center_crop: cut } = fields.json;
  if (isPixels(size)) {
    return cut === true
      ? { kind: "short-side", pixels: size }
      : { kind: "exact", height: size, width: size };
  }
  const { shortest_edge: pixels, height, width } = parts(size);
  if (isPixels(pixels)) return { kind: "short-side", pixels };
  if (isPixels(height) && isPixels(width)) return { kind: "exact", height, width };
  throw invalidField(fields, "size", "a number, a shortest_edge, or a height and a width");
}

function cropField(fields: Fields, resize: Resize): readonly [number, number] {
  const { crop_size: crop } = fields.json;
  if (crop === undefined && resize.kind === "exact") return [resize.height, resize.width];
  if (isPixels(crop)) return [crop, crop];
  const { height, width } = parts(crop);
  if (isPixels(height) && isPixels(width)) return [height, width];
  throw invalidField(fields, "crop_size", "a number, or a height and a width");
}

const parts = (value: Json | undefined): { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : {};

/** The preprocessor_config.json that says the same, for transformers.js and others to read. */
export function toPreprocessorConfig(preprocess: Preprocess): { [key: string]: Json } {
  const [height, width] = preprocess.size;
  const { resize } = preprocess;
  return {
    image_processor_type: "ViTImageProcessor",
    feature_extractor_type: "ViTFeatureExtractor",
    do_resize: true,
    size:
      resize.kind === "exact"
        ? { height: resize.height, width: resize.width }
        : { shortest_edge: resize.pixels },
    resample: pillowFilters.indexOf(preprocess.interpolation),
    do_center_crop: true,
    crop_size: { height, width },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: preprocess.mean,
    image_std: preprocess.std,
    do_convert_rgb: true,
    channel_order: preprocess.channelOrder,
    crop_rounding: preprocess.cropRounding,
  };
}
