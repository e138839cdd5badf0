import type { Source } from "@graft-ml/core";
import { type TextPair, textSource } from "@graft-ml/nlp";
import { createPictureCache, type PictureSample, pictureSource } from "@graft-ml/vision/node";
import type { ModelInput } from "../source/model-input.js";
import type { Domain } from "./domain.js";

/** A domain's samples as they are, in their order, as a network reads them. */
export function domainSource(
  input: ModelInput,
  { samples, cache = createPictureCache() }: Domain,
): Source {
  if (input.modality === "pictures") {
    const { preprocess } = input;
    return pictureSource({ samples: samples as readonly PictureSample[], preprocess, cache });
  }
  const { tokenizer, maxLength } = input;
  return textSource({ tokenizer, maxLength, samples: samples as readonly TextPair[] });
}
