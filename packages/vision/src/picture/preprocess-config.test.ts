import { expect, test } from "vitest";
import { preprocessFromConfig, preprocessStyle } from "./preprocess-config.js";
import { toPreprocessorConfig } from "./preprocess-hugging-face.js";

const timm = {
  architecture: "resnet18",
  pretrained_cfg: {
    input_size: [3, 224, 224],
    interpolation: "bicubic",
    crop_pct: 0.95,
    crop_mode: "center",
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
};

test("timm's config: the short side is the size over the share, rounded down", () => {
  expect(preprocessFromConfig(timm)).toEqual({
    size: [224, 224],
    resize: { kind: "short-side", pixels: 235 },
    interpolation: "bicubic",
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    channelOrder: "RGB",
    cropRounding: "half-even",
  });
});

test("a flat config may state the short side, and null means the default", () => {
  const squeezenet = { input_size: [3, 227, 227], resize_short_side: 256, crop_pct: 0.88671875 };
  expect(preprocessFromConfig(squeezenet).resize).toEqual({ kind: "short-side", pixels: 256 });
  const cifar = preprocessFromConfig({ input_size: [3, 32, 32], interpolation: null, crop_pct: 1 });
  expect(cifar.resize).toEqual({ kind: "short-side", pixels: 32 });
  expect(cifar.interpolation).toBe("bilinear");
});

test("Hugging Face: a short side and a cut, rounded down", () => {
  const clip = preprocessFromConfig({
    do_resize: true,
    size: 224,
    resample: 3,
    do_center_crop: true,
    crop_size: 224,
    image_mean: [0.48, 0.46, 0.41],
    image_std: [0.27, 0.26, 0.28],
  });
  expect(clip.resize).toEqual({ kind: "short-side", pixels: 224 });
  expect(clip.interpolation).toBe("bicubic");
  expect(clip.cropRounding).toBe("down");
  expect(clip.mean).toEqual([0.48, 0.46, 0.41]);
});

test("Hugging Face: stretched, stretched then cut, and ConvNeXt's share", () => {
  const vit = preprocessFromConfig({ size: { height: 224, width: 224 }, resample: 2 });
  expect(vit.resize).toEqual({ kind: "exact", height: 224, width: 224 });
  const size = { height: 256, width: 256 };
  const crop_size = { height: 224, width: 224 };
  const deit = preprocessFromConfig({ size, do_center_crop: true, crop_size });
  expect([deit.size, deit.resize]).toEqual([[224, 224], { kind: "exact", ...size }]);
  const convnext = preprocessFromConfig({ size: { shortest_edge: 224 }, crop_pct: 0.875 });
  expect(convnext.resize).toEqual({ kind: "short-side", pixels: 256 });
  expect(convnext.size).toEqual([224, 224]);
});

test("Hugging Face: other scales become mean and std on 0..1", () => {
  const { mean, std } = preprocessFromConfig({
    size: { height: 8, width: 8 },
    rescale_factor: 1 / 127.5,
    rescale_offset: true,
  });
  expect(mean[0]).toBeCloseTo(0.5, 12);
  expect(std[2]).toBeCloseTo(0.5, 12);
});

test("what is written as preprocessor_config.json reads back as the same", () => {
  for (const preprocess of [
    preprocessFromConfig(timm),
    preprocessStyle("caffe", { size: [224, 200] }),
  ]) {
    const written = JSON.parse(JSON.stringify(toPreprocessorConfig(preprocess)));
    expect(preprocessFromConfig(written)).toEqual(preprocess);
  }
});

test.each([
  [{}, /input_size in c\.json is missing/],
  [{ input_size: [1, 28, 28] }, /input_size in c\.json is \[1,28,28\]/],
  [{ input_size: [3, 8, 8], crop_pct: "0.9" }, /crop_pct in c\.json is "0.9"/],
  [{ input_size: [3, 8, 8], interpolation: "cubic" }, /interpolation .* one of bilinear/],
  [{ input_size: [3, 8, 8], mean: [1, 2] }, /mean .* three numbers/],
  [{ size: { longest_edge: 9 } }, /size in c\.json/],
  [{ size: { shortest_edge: 9 } }, /do_center_crop/],
  [{ size: 9, resample: 7 }, /resample in c\.json is 7/],
])("%j is refused by field", (config, message) => {
  expect(() => preprocessFromConfig(config, "c.json")).toThrow(message);
});
