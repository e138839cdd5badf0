import {
  type HostTensor,
  type Resulting,
  resulting,
  type Session,
  weightsOf,
} from "@graft-ml/core";
import { mostTokens } from "../network/token-network.js";
import { type AnsweredText, textSource } from "../texts/text-source.js";
import { type Contrast, contrastOf } from "./contrast.js";
import { type FewShotLabels, fewShotLabels } from "./few-shot-labels.js";
import { classifierOf, withTextHead } from "./few-shot-model.js";
import type { FewShotTexts, FewShotTextsEvent, FewShotTextsOptions } from "./few-shot-options.js";
import { pairSampler } from "./pair-sampler.js";
import { pairSource } from "./pair-source.js";
import { openTextEmbedder } from "./text-embedder.js";
import { fitTextHead, judgeTextHead, type TextHead } from "./text-head.js";

/** Events to read to the end; then `result()` gives the classifier. */
export type FewShotTextsTuning = Resulting<FewShotTextsEvent, FewShotTexts>;

/**
 * A classifier of texts from a few examples a class, in the manner of SetFit (Tunstall et al. 2022,
 * arXiv 2209.11055): the encoder learns from pairs of texts which belong together, and a head is fitted to
 * the vectors that it then gives. The same options give the same bytes. Throws `dataset-empty`;
 * `dataset-invalid` for texts without labels or without pairs; `weight-missing`; and what `train` throws.
 */
export const fewShotTexts = (options: FewShotTextsOptions): FewShotTextsTuning =>
  resulting("training", () => run(options));

type Events<Result> = AsyncGenerator<FewShotTextsEvent, Result>;

async function* run(options: FewShotTextsOptions): Events<FewShotTexts> {
  const { engine, pooling = "mean", seed = 0, contrast = {}, signal } = options;
  const labels = fewShotLabels(options);
  const start = await classifierOf(options, { pooling, numClasses: labels.numClasses });
  const { model } = start;
  const learning =
    contrast.epochs === 0 ? undefined : learningOf({ ...options, model }, labels.train);
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
    const head = yield* fittedHead({ ...options, model }, { session, labels });
    const { weights } = await session.snapshot();
    return withTextHead({ model, weights }, head);
  } finally {
    await session.close();
  }
}

/** Pairs of the training texts, and how the encoder learns from them. */
function learningOf(options: FewShotTextsOptions, labels: readonly number[]): Contrast {
  const { train: samples, seed = 0, contrast = {} } = options;
  const { pairsPerText: perText } = contrast;
  const texts = textSource({ maxLength: mostTokens(options), ...options, samples });
  const sampler = pairSampler({ labels, seed, ...(perText === undefined ? {} : { perText }) });
  const pairs = pairSource(texts, sampler);
  return contrastOf(pairs, { ...options, contrast, seed });
}

/** The head on the vectors of the session's encoder, calibrated where there are texts to do so. */
async function* fittedHead(
  options: FewShotTextsOptions,
  { session, labels }: { session: Session; labels: FewShotLabels },
): Events<TextHead> {
  const { head: kind = "logistic", train, validation, signal } = options;
  const { numClasses } = labels;
  const normalize = kind === "cosine";
  const embedder = await openTextEmbedder({ ...options, session, normalize });
  const vectors = (texts: readonly AnsweredText[]): Promise<HostTensor<"float32">> =>
    embedder.embed(texts, signal ? { signal } : {});
  const learned = { features: await vectors(train), labels: labels.train, numClasses };
  const { crossValidated, ...head } = fitTextHead(learned, kind);
  const judged = crossValidated ? { crossValidated } : {};
  yield { type: "head-fitted", phase: "head", head: kind, ...judged };
  if (!validation || !labels.validation) return head;
  const others = { features: await vectors(validation), labels: labels.validation, numClasses };
  const { verdict, head: calibrated } = judgeTextHead(head, others);
  yield { type: "head-judged", phase: "head", ...verdict };
  return calibrated;
}
