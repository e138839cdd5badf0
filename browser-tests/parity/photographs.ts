import { sharedPath } from "@graft-ml/core/testing";
import { preprocessFromConfig } from "@graft-ml/vision";
import { openPictures, pictureSource } from "@graft-ml/vision/node";
import { defaultBackbone } from "@graft-ml/zoo";
import type { Pictures } from "./pictures.js";

/** Photographs of flowers, prepared as the zoo's network has them, beside the checkout. */
export async function photographs(count: number, size: number): Promise<Pictures> {
  const folder = sharedPath("data/images/flower-photos-subset");
  if (folder === undefined) throw new Error("There are no photographs beside the checkout.");
  const { classes, train } = await openPictures(folder, { seed: 1 });
  const preprocess = preprocessFromConfig({
    ...defaultBackbone().config,
    input_size: [3, size, size],
  });
  const source = pictureSource({ samples: train, preprocess });
  const step = train.length / count;
  const indices = Array.from({ length: count }, (_, i) => Math.floor(i * step));
  // Every class in turn, so that those that are trained on have all of them.
  const spread = indices.toSorted(
    (a, b) => ((a * 7919) % train.length) - ((b * 7919) % train.length),
  );
  const { image, labels } = await source.load(spread, { epoch: 0 });
  return {
    ...{ count, size, classes },
    pixels: image!.data as Uint8Array,
    labels: labels!.data as Int32Array,
  };
}
