import { GraftError, type HostTensor, type Session, weightsOf } from "@graft-ml/core";
import { mostTokens } from "../network/token-network.js";
import { type AnsweredText, textSource } from "../texts/text-source.js";
import { type Contrast, contrastOf } from "./contrast.js";
import { classifierOf, withTextHead } from "./few-shot-model.js";
import type { FewShotTexts, FewShotTextsEvent, FewShotTextsOptions } from "./few-shot-options.js";
import { pairSampler } from "./pair-sampler.js";
import { pairSource } from "./pair-source.js";
import { openTextEmbedder } from "./text-embedder.js";
import { fitTextHead, judgeTextHead, type TextHead } from "./text-head.js";

/** Events to read to the end; then `result()` gives the classifier. */
export type FewShotTextsTuning = AsyncIterable<FewShotTextsEvent> & {
  /** Throws `run-invalid` before the last event was read. */
  result(): FewShotTexts;
};

/**
 * A classifier of texts from a few examples a class, in the manner of SetFit (Tunstall et al. 2022,
 * arXiv 2209.11055): the encoder learns from pairs of texts which belong together, and a head is fitted to
 * the vectors that it then gives. The same options give the same bytes. Throws `dataset-invalid` for texts
 * without labels or without pairs, `weight-missing`, and what `train` throws.
 */
export function fewShotTexts(options: FewShotTextsOptions): FewShotTextsTuning {
  let tuned: FewShotTexts | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      tuned = yield* run(options);
    },
    result() {
      if (tuned) return tuned;
      throw new GraftError(
        "run-invalid",
        "The training has not ended. Read all of its events before asking for its result.",
      );
    },
  };
}

type Events<Result> = AsyncGenerator<FewShotTextsEvent, Result>;

async function* run(options: FewShotTextsOptions): Events<FewShotTexts> {
  const { engine, train, pooling = "mean", seed = 0, contrast = {}, signal } = options;
  const labels = labelsOf(train, "train");
  const numClasses = options.numClasses ?? Math.max(...labels) + 1;
  const start = await classifierOf(options, { pooling, numClasses });
  const { model } = start;
  const learning = contrast.epochs === 0 ? undefined : learningOf({ ...options, model }, labels);
  const session = await engine.open({
    weights: weightsOf(model, start.weights, { to: model.trunk.stage }),
    ...(learning ? { optimizer: learning.optimizer } : {}),
    seed,
  });
  try {
    if (learning) {
      yield { type: "phase-start", phase: "contrast" };
      const events = learning.train(session, signal ? { signal } : {});
      for await (const event of events) yield { ...event, phase: "contrast" };
    }
    yield { type: "phase-start", phase: "head" };
    const head = yield* fittedHead({ ...options, model }, { session, labels, numClasses });
    const { weights } = await session.snapshot();
    return withTextHead({ model, weights }, head);
  } finally {
    await session.close();
  }
}

/** Pairs of the training texts, and how the encoder learns from them. */
function learningOf(options: FewShotTextsOptions, labels: readonly number[]): Contrast {
  const { train: samples, seed = 0, contrast = {} } = options;
  const texts = textSource({ maxLength: mostTokens(options), ...options, samples });
  const { pairsPerText: perText = 40 } = contrast;
  const pairs = pairSource(texts, pairSampler({ labels, seed, perText }));
  return contrastOf(pairs, { ...options, contrast, seed });
}

/** The head on the vectors of the session's encoder, calibrated where there are texts to do so. */
async function* fittedHead(
  options: FewShotTextsOptions,
  input: { session: Session; labels: readonly number[]; numClasses: number },
): Events<TextHead> {
  const { head: kind = "logistic", train, validation, signal } = options;
  const { session, labels, numClasses } = input;
  const normalize = kind === "cosine";
  const embedder = await openTextEmbedder({ ...options, session, normalize });
  const vectors = (texts: readonly AnsweredText[]): Promise<HostTensor<"float32">> =>
    embedder.embed(texts, signal ? { signal } : {});
  const features = await vectors(train);
  const { crossValidated, ...head } = fitTextHead({ features, labels, numClasses }, kind);
  const judged = crossValidated ? { crossValidated } : {};
  yield { type: "head-fitted", phase: "head", head: kind, ...judged };
  if (!validation) return head;
  const others = { features: await vectors(validation), numClasses };
  const told = labelsOf(validation, "validation");
  const { verdict, head: calibrated } = judgeTextHead(head, { ...others, labels: told });
  yield { type: "head-judged", phase: "head", ...verdict };
  return calibrated;
}

function labelsOf(texts: readonly AnsweredText[], part: string): readonly number[] {
  if (texts.length === 0) {
    throw new GraftError("dataset-empty", `There are no texts in "${part}".`);
  }
  return texts.map(({ label, name }, at) => {
    if (label !== undefined) return label;
    throw new GraftError(
      "dataset-invalid",
      `${name ?? `Text ${at}`} of "${part}" has no label. Few-shot learning takes one class a text.`,
      { details: { text: at } },
    );
  });
}
