import { pictureTask } from "@graft-ml/vision";
import { createPictureCache, type PictureSample, pictureSource } from "@graft-ml/vision/node";
import { viewSteps } from "../../modality/pictures.js";
import type { ModelInput } from "../../source/model-input.js";
import type { Domain, LabelledDomain } from "../domain.js";
import type { OpenedNetwork } from "./deep-network.js";

type Domains = {
  readonly source: LabelledDomain;
  readonly target: Domain;
  readonly views: number;
  readonly seed: number;
};

/** Pictures of two domains, learned from in views that differ by a crop and a flip. */
export function pictureNetwork(
  { preprocess }: Extract<ModelInput, { modality: "pictures" }>,
  { source, target, views, seed }: Domains,
): OpenedNetwork {
  const augment = { steps: viewSteps.basic, seed };
  const of = ({ samples, cache = createPictureCache() }: Domain, isPlain: boolean) =>
    pictureSource({
      samples: samples as readonly PictureSample[],
      preprocess,
      cache,
      ...(isPlain || views === 1 ? {} : { augment }),
    });
  const both = (isPlain: boolean) => ({
    source: of(source, isPlain),
    target: of(target, isPlain),
  });
  return { task: pictureTask({ preprocess }), plain: both(true), learned: both(false) };
}
