import { GraftError } from "@graft-ml/core";
import type { SkippedText } from "@graft-ml/nlp/node";
import { checkPictures, createPictureCache, type PictureDataset } from "@graft-ml/vision/node";
import type { ReadEvent } from "../modality/modality.js";
import { type ModelInput, preprocessOf } from "../source/model-input.js";
import type { Domain, LabelledDomain, Part, TextColumns } from "./domain.js";
import { openLabelledPictures, openTargetPictures } from "./picture-domains.js";
import { openLabelledTexts, openTargetTexts } from "./text-domains.js";

type ReadDomainOptions = TextColumns & {
  /** Of the backbone: pictures are decoded for it. */
  readonly input: ModelInput;
  /** What can't be read is an error, and not left out. */
  readonly strict: boolean;
  readonly signal: AbortSignal;
};

/** Finds the classes of data before anything is decoded. */
export type OpenedDomain = {
  readonly classes: readonly string[];
  read(options: ReadDomainOptions): AsyncGenerator<ReadEvent, LabelledDomain>;
};

/** Data of which every sample has a class, in these parts. Throws what `openPictures` and `openTexts` throw. */
export async function openLabelled(
  data: string,
  options: TextColumns & {
    readonly modality: ModelInput["modality"];
    readonly parts: readonly Part[];
    readonly strict: boolean;
  },
): Promise<OpenedDomain> {
  const { modality, parts, ...rest } = options;
  if (modality === "pictures") {
    const found = await openLabelledPictures(data, parts);
    const { classes } = found;
    return {
      classes,
      async *read(given) {
        const domain = yield* decodedPictures(found, data, given);
        return { ...domain, labels: domain.labels ?? [], classes };
      },
    };
  }
  const found = await openLabelledTexts(data, { ...rest, parts });
  const { classes, samples } = found;
  return {
    classes,
    async *read() {
      yield* toldTexts(found);
      return { data, samples, labels: samples.map(({ label }) => label), classes };
    },
  };
}

/** The target, with the source's classes where it has labels. */
export async function* readTarget(
  data: string,
  options: ReadDomainOptions & { readonly classes: readonly string[] },
): AsyncGenerator<ReadEvent, Domain> {
  const { classes, input } = options;
  if (input.modality === "pictures") {
    return yield* decodedPictures(await openTargetPictures(data, classes), data, options);
  }
  const found = await openTargetTexts(data, options);
  yield* toldTexts(found);
  const { samples } = found;
  const labels = samples.flatMap((sample) => ("label" in sample ? [sample.label] : []));
  return { data, samples, ...(labels.length === samples.length ? { labels } : {}) };
}

/** Decodes every picture once, and leaves out what can't be read. */
async function* decodedPictures(
  whole: PictureDataset,
  data: string,
  { input, strict, signal }: ReadDomainOptions,
): AsyncGenerator<ReadEvent, Domain> {
  const cache = createPictureCache();
  let dataset = whole;
  const reading = { preprocess: preprocessOf(input), cache, strict, signal };
  for await (const event of checkPictures(whole, reading)) {
    if (event.type === "check-end") dataset = event.dataset;
    yield event;
  }
  const { test: samples, skipped, classes } = dataset;
  if (samples.length === 0) {
    const why = skipped[0] ? ` ${skipped[0].name}: ${skipped[0].reason}` : "";
    throw new GraftError("dataset-empty", `No picture of ${data} can be read.${why}`, {
      details: { data, skipped },
    });
  }
  const labels = samples.map(({ label }) => label);
  return { data, samples, cache, ...(classes.length > 0 ? { labels } : {}) };
}

function* toldTexts(found: {
  notes: readonly string[];
  skipped: readonly SkippedText[];
}): Generator<ReadEvent> {
  for (const note of found.notes) yield { type: "data-note", note };
  for (const skipped of found.skipped) yield { type: "text-skipped", ...skipped };
}
