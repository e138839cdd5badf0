import { affine, rotate } from "../picture/geometry.js";
import type { Picture } from "../picture/picture.js";
import { adjustBrightness, adjustContrast, adjustSaturation } from "./color.js";
import type { Draws } from "./draws.js";
import { adjustSharpness, autoContrast, equalize, posterize, solarize } from "./tone.js";

type Operation = {
  /** Strength at level 0..1 for a picture of this size. */
  readonly magnitude: (level: number, size: { width: number; height: number }) => number;
  /** Whether the strength is as often negative. */
  readonly signed: boolean;
  readonly apply: (picture: Picture, magnitude: number) => Picture;
};

const upTo =
  (top: number) =>
  (level: number): number =>
    level * top;

const plain = (apply: (picture: Picture) => Picture): Operation => ({
  magnitude: () => 0,
  signed: false,
  apply,
});

const enhance = (apply: (picture: Picture, factor: number) => Picture): Operation => ({
  magnitude: upTo(0.9),
  signed: true,
  apply: (picture, magnitude) => apply(picture, 1 + magnitude),
});

/** RandAugment's operations with torchvision's ranges. */
export const randAugmentOperations: Readonly<Record<string, Operation>> = {
  identity: plain((picture) => picture),
  shearX: {
    magnitude: upTo(0.3),
    signed: true,
    apply: (picture, m) => affine(picture, [1, m, 0, 0, 1, 0]),
  },
  shearY: {
    magnitude: upTo(0.3),
    signed: true,
    apply: (picture, m) => affine(picture, [1, 0, 0, m, 1, 0]),
  },
  translateX: {
    magnitude: (level, { width }) => level * (150 / 331) * width,
    signed: true,
    apply: (picture, m) => affine(picture, [1, 0, -Math.trunc(m), 0, 1, 0]),
  },
  translateY: {
    magnitude: (level, { height }) => level * (150 / 331) * height,
    signed: true,
    apply: (picture, m) => affine(picture, [1, 0, 0, 0, 1, -Math.trunc(m)]),
  },
  rotate: { magnitude: upTo(30), signed: true, apply: rotate },
  brightness: enhance(adjustBrightness),
  color: enhance(adjustSaturation),
  contrast: enhance(adjustContrast),
  sharpness: enhance(adjustSharpness),
  posterize: {
    magnitude: (level) => 8 - Math.round(level * 4),
    signed: false,
    apply: posterize,
  },
  solarize: { magnitude: (level) => 255 - level * 255, signed: false, apply: solarize },
  autoContrast: plain(autoContrast),
  equalize: plain(equalize),
};

const operations = Object.values(randAugmentOperations);

/** RandAugment (arXiv 1909.13719): `count` operations drawn with replacement, all at `level` 0..1. */
export function randAugment(
  picture: Picture,
  options: { count: number; level: number; draws: Draws },
): Picture {
  const { count, level, draws } = options;
  let result = picture;
  for (let i = 0; i < count; i++) {
    const operation = operations[draws.below(operations.length)]!;
    const magnitude = operation.magnitude(level, result);
    const negative = operation.signed && draws.uniform() < 0.5;
    result = operation.apply(result, negative ? -magnitude : magnitude);
  }
  return result;
}
