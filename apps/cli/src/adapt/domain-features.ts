import {
  type Engine,
  extractFeatures,
  featureProgram,
  GraftError,
  type HostTensor,
  paramGroups,
  type Session,
  weightsOf,
} from "@graft-ml/core";
import { type Matrix, matrixOf } from "@graft-ml/domain-adapt";
import { openTextEmbedder, type TextPair } from "@graft-ml/nlp";
import { pictureTask } from "@graft-ml/vision";
import {
  createPictureCache,
  type PictureCache,
  type PictureSample,
  pictureSource,
} from "@graft-ml/vision/node";
import type { ModelInput } from "../source/model-input.js";
import { stacked } from "../stacked.js";
import type { DomainSample } from "./domain.js";
import type { FrozenBackbone } from "./frozen-backbone.js";

export type FeaturesProgress = {
  readonly type: "features-progress";
  /** "source", "target", or the backbone that gives them. */
  readonly of: string;
  readonly count: number;
  readonly total: number;
  readonly secondsLeft: number;
};

type Asked = {
  readonly of: string;
  readonly samples: readonly DomainSample[];
  /** Of pictures that were decoded for this backbone. */
  readonly cache?: PictureCache | undefined;
  readonly batchSize: number;
  readonly signal: AbortSignal;
};

/** Gives features, pooled, (N, D), of samples of its kind. */
type FeatureReader = {
  features(asked: Asked): AsyncGenerator<FeaturesProgress, Matrix>;
  close(): Promise<void>;
};

/** The frozen part of a backbone on an engine. */
export async function openFeatures(
  engine: Engine,
  backbone: FrozenBackbone,
): Promise<FeatureReader> {
  const { model, weights, stage } = backbone;
  const session = await engine.open({
    weights: weightsOf(model, weights, { to: stage }),
    groups: paramGroups({ freeze: () => true }),
  });
  return {
    async *features(asked) {
      const began = performance.now();
      const rows: HostTensor<"float32">[] = [];
      let count = 0;
      for await (const batch of batchesOf(session, backbone, asked)) {
        rows.push(batch);
        count += batch.shape[0]!;
        yield progressAt(count, { of: asked.of, total: asked.samples.length }, began);
      }
      return tableOf(rows);
    },
    close: () => session.close(),
  };
}

/** How far it is, and how long it takes still at the speed so far; `began` as `performance.now()`. */
export function progressAt(
  count: number,
  { of, total }: { of: string; total: number },
  began: number,
): FeaturesProgress {
  const secondsLeft = (((performance.now() - began) / 1000) * (total - count)) / count;
  return { type: "features-progress", of, count, total, secondsLeft };
}

type Rows = AsyncGenerator<HostTensor<"float32">>;

function batchesOf(session: Session, backbone: FrozenBackbone, asked: Asked): Rows {
  const { input } = backbone;
  return input.modality === "pictures"
    ? ofPictures(session, { ...backbone, input }, asked)
    : ofTexts(session, { ...backbone, input }, asked);
}

type Reads<M extends ModelInput["modality"]> = FrozenBackbone & {
  readonly input: Extract<ModelInput, { modality: M }>;
};

async function* ofPictures(
  session: Session,
  { model, stage, input }: Reads<"pictures">,
  { samples, cache = createPictureCache(), batchSize, signal }: Asked,
): Rows {
  const { preprocess } = input;
  const task = pictureTask({ preprocess });
  const source = pictureSource({
    samples: samples as readonly PictureSample[],
    preprocess,
    cache,
  });
  const batches = extractFeatures({
    session,
    program: featureProgram({ model, task, to: stage, pooled: true }),
    source,
    reads: task,
    batchSize: Math.min(batchSize, samples.length),
    signal,
  });
  for await (const { features } of batches) yield { ...features, data: features.data.slice() };
}

/** So many batches at once, that texts of like length run together. */
const GROUP = 8;

async function* ofTexts(
  session: Session,
  { model, input }: Reads<"texts">,
  { samples, batchSize, signal }: Asked,
): Rows {
  const { tokenizer, maxLength } = input;
  const pooling = model.config.pooling === "cls" ? "cls" : "mean";
  const embedder = await openTextEmbedder({
    session,
    model,
    tokenizer,
    maxLength,
    pooling,
    batchSize,
  });
  const texts = samples as readonly TextPair[];
  for (let start = 0; start < texts.length; start += GROUP * batchSize) {
    yield await embedder.embed(texts.slice(start, start + GROUP * batchSize), { signal });
  }
}

/** Throws `shape-mismatch` for maps, which no linear head takes. */
function tableOf(parts: readonly HostTensor<"float32">[]): Matrix {
  const features = stacked(parts);
  const [, ...each] = features.shape;
  if (each.length === 1) return matrixOf(features);
  throw new GraftError(
    "shape-mismatch",
    `The backbone gives maps of [${each}] before its head, and no row of features. Choose another backbone.`,
    { details: { shape: features.shape } },
  );
}
