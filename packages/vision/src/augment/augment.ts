import { flip } from "../picture/geometry.js";
import { crop, type Picture, type Rectangle } from "../picture/picture.js";
import { type Preprocess, preprocess } from "../picture/preprocess.js";
import { resample } from "../picture/resample.js";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "./color.js";
import { createDraws, type Draws } from "./draws.js";
import { randAugment } from "./rand-augment.js";

/** One step of augmentation: plain JSON, so that it can be part of configs and cache keys. */
export type Augmentation =
  | {
      /** Cuts a random part and resizes it to the network's size (arXiv 1409.4842). As the first step it
       * cuts from the whole picture, later from the preprocessed one. */
      readonly kind: "random-resized-crop";
      /** Smallest and largest share of the area. Default 0.08 to 1. */
      readonly scale?: readonly [number, number];
      /** Smallest and largest width / height. Default 3/4 to 4/3. */
      readonly ratio?: readonly [number, number];
    }
  | {
      /** Shifts the picture by up to `padding` pixels each way, black outside. */
      readonly kind: "random-shift";
      readonly padding: number;
    }
  | { readonly kind: "flip" /** Default 0.5. */; readonly probability?: number }
  | {
      /** Factors from 1 - x to 1 + x, hue turned by -x to x of the circle, in a random order. Default 0 each. */
      readonly kind: "color-jitter";
      readonly brightness?: number;
      readonly contrast?: number;
      readonly saturation?: number;
      readonly hue?: number;
    }
  | {
      readonly kind: "rand-augment";
      /** Operations a picture. Default 2. */
      readonly count?: number;
      /** 0 to 30. Default 9. */
      readonly magnitude?: number;
    };

export type AugmentOptions = {
  readonly steps: readonly Augmentation[];
  readonly preprocess: Preprocess;
  readonly seed: number;
  readonly epoch: number;
  /** Which sample of the data set this is. */
  readonly index: number;
};

/**
 * An RGB picture, augmented and of the network's size. The same seed, epoch and index give the same
 * bytes, whatever the batches are.
 */
export function augment(picture: Picture, options: AugmentOptions): Picture {
  const start = cutsFirst(options.steps) ? picture : preprocess(picture, options.preprocess);
  return augmentFrom(start, options);
}

/** Whether augmentation starts from the whole picture and not from the preprocessed one. */
export const cutsFirst = (steps: readonly Augmentation[]): boolean =>
  steps[0]?.kind === "random-resized-crop";

/** `augment` for a caller that keeps preprocessed (or, where `cutsFirst`, whole) pictures. */
export function augmentFrom(start: Picture, options: AugmentOptions): Picture {
  return options.steps.reduce(apply(createDraws(options), options.preprocess), start);
}

const apply =
  (draws: Draws, { size, interpolation }: Preprocess) =>
  (picture: Picture, step: Augmentation): Picture => {
    switch (step.kind) {
      case "random-resized-crop": {
        const part = crop(picture, randomPart(picture, step, draws));
        return resample(part, { height: size[0], width: size[1], interpolation });
      }
      case "random-shift":
        return randomShift(picture, step.padding, draws);
      case "flip":
        return draws.uniform() < (step.probability ?? 0.5) ? flip(picture) : picture;
      case "color-jitter":
        return colorJitter(picture, step, draws);
      case "rand-augment":
        return randAugment(picture, {
          count: step.count ?? 2,
          level: (step.magnitude ?? 9) / 30,
          draws,
        });
    }
  };

/** torchvision's sampling: ten tries at an area and a log-uniform shape, else the largest centre part. */
export function randomPart(
  size: { width: number; height: number },
  options: { scale?: readonly [number, number]; ratio?: readonly [number, number] },
  draws: Draws,
): Rectangle {
  const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3] } = options;
  const logRatio = [Math.log(ratio[0]), Math.log(ratio[1])] as const;
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = size.width * size.height * draws.between(...scale);
    const shape = Math.exp(draws.between(...logRatio));
    const width = Math.round(Math.sqrt(area * shape));
    const height = Math.round(Math.sqrt(area / shape));
    if (width < 1 || height < 1 || width > size.width || height > size.height) continue;
    const top = draws.below(size.height - height + 1);
    return { left: draws.below(size.width - width + 1), top, width, height };
  }
  const shape = Math.min(ratio[1], Math.max(ratio[0], size.width / size.height));
  const width = Math.max(1, Math.min(size.width, Math.round(size.height * shape)));
  const height = Math.max(1, Math.min(size.height, Math.round(size.width / shape)));
  const left = Math.floor((size.width - width) / 2);
  return { left, top: Math.floor((size.height - height) / 2), width, height };
}

function randomShift(picture: Picture, padding: number, draws: Draws): Picture {
  const shift = () => draws.below(2 * padding + 1) - padding;
  const { width, height } = picture;
  return crop(picture, { left: shift(), top: shift(), width, height });
}

function colorJitter(
  picture: Picture,
  step: Extract<Augmentation, { kind: "color-jitter" }>,
  draws: Draws,
): Picture {
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0 } = step;
  const factor = (x: number) => draws.between(Math.max(0, 1 - x), 1 + x);
  const changes: ((p: Picture) => Picture)[] = [];
  if (brightness > 0) changes.push((p) => adjustBrightness(p, factor(brightness)));
  if (contrast > 0) changes.push((p) => adjustContrast(p, factor(contrast)));
  if (saturation > 0) changes.push((p) => adjustSaturation(p, factor(saturation)));
  if (hue > 0) changes.push((p) => adjustHue(p, draws.between(-hue, hue)));
  let result = picture;
  while (changes.length > 0) result = changes.splice(draws.below(changes.length), 1)[0]!(result);
  return result;
}
