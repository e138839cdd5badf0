import { type Engine, type FloatWeights, isGraftError } from "@graft-ml/core";
import {
  adaptBatchNorm,
  type CandidateRow,
  type Clusters,
  type JudgedCandidate,
  SOURCE_ONLY,
  type StatisticsProgress,
} from "@graft-ml/domain-adapt";
import type { Skipped } from "../adaptation.js";
import type { FeaturesProgress } from "../domain-features.js";
import type { Lesson } from "../frozen-features.js";
import { type Plane, principalPlane } from "../principal-plane.js";
import type { DeepMethod } from "./deep-methods.js";
import { networkOutputs } from "./network-outputs.js";
import { topOf } from "./probabilities.js";
import { type DomainOutputs, scoreNetwork } from "./score-network.js";
import { type DeepSelfTrainEvent, selfTrainDeep } from "./self-train-deep.js";
import { type DeepTraining, trainDeep } from "./train-deep.js";

export type TryEvent =
  | DeepSelfTrainEvent
  | FeaturesProgress
  | (StatisticsProgress & { readonly candidate: string });

/** A network that was trained, with all that is kept of it. */
export type JudgedDeep = JudgedCandidate & {
  readonly weights: FloatWeights;
  readonly plane: Plane;
};

type Trying = Lesson &
  DeepTraining & {
    readonly name: DeepMethod | typeof SOURCE_ONLY;
    readonly clusters: Clusters;
    /** Trained on the source alone, where that is done. */
    readonly alone: FloatWeights | undefined;
  };

/** What says that a method is not for this network or these data; another may be. */
const OWN = ["config-invalid", "batch-invalid", "dataset-empty", "loss-not-finite"] as const;

/** Trains a candidate and scores it; or says why it can't be had. */
export async function* tryDeep(
  engine: Engine,
  trying: Trying,
): AsyncGenerator<TryEvent, JudgedDeep | Skipped> {
  const { name } = trying;
  const began = performance.now();
  let weights: FloatWeights;
  try {
    weights = yield* weightsBy(engine, trying);
  } catch (error) {
    const isOwn = [...OWN, "training-diverged" as const].some((code) => isGraftError(error, code));
    if (name === SOURCE_ONLY || !isOwn) throw error;
    return { name, reason: (error as Error).message };
  }
  const seconds = (performance.now() - began) / 1000;
  const outputs = yield* outputsOfBoth(engine, trying, weights);
  const predicted = topOf(outputs.target.logits);
  const { source, clusters, target } = trying;
  const row: CandidateRow = {
    name,
    seconds,
    scores: scoreNetwork(outputs, { ...source, clusters }),
    ...(target.labels ? { oracleAccuracy: share(predicted, target.labels) } : {}),
  };
  const { source: own, target: other } = outputs;
  const plane = principalPlane({ source: own.features, target: other.features });
  return { row, predicted, weights, plane };
}

const share = (predicted: Int32Array, labels: readonly number[]): number =>
  labels.filter((label, at) => label === predicted[at]).length / labels.length;

async function* weightsBy(engine: Engine, trying: Trying): AsyncGenerator<TryEvent, FloatWeights> {
  const { name, network, alone = network.start } = trying;
  if (name === SOURCE_ONLY) return yield* trainDeep(engine, trying, { candidate: name });
  if (name === "adabn") return yield* byTargetStatistics(engine, trying, alone);
  if (name === "deep-self-training") {
    return yield* selfTrainDeep(engine, trying, { candidate: name, start: alone });
  }
  return yield* trainDeep(engine, trying, { candidate: name, method: name });
}

/** Samples of which batch norm's statistics are measured together. */
const TOGETHER = 128;

async function* byTargetStatistics(
  engine: Engine,
  { name, network, signal }: Trying,
  weights: FloatWeights,
): AsyncGenerator<TryEvent, FloatWeights> {
  const { whole: model, wholeTask: task, plain } = network;
  const measuring = adaptBatchNorm({
    ...{ engine, model, weights, task, signal },
    target: plain.target,
    batchSize: TOGETHER,
  });
  for (;;) {
    const { done, value } = await measuring.next();
    if (done) return value;
    yield { ...value, candidate: name };
  }
}

async function* outputsOfBoth(
  engine: Engine,
  { name, network, plan, signal }: Trying,
  weights: FloatWeights,
): AsyncGenerator<FeaturesProgress, DomainOutputs> {
  const { whole: model, wholeTask: task, plain } = network;
  const { batchSize } = plan;
  const asked = { model, weights, task, batchSize, signal };
  return {
    source: yield* networkOutputs(engine, {
      ...asked,
      ...{ of: `source, by ${name}`, source: plain.source },
    }),
    target: yield* networkOutputs(engine, {
      ...asked,
      ...{ of: `target, by ${name}`, source: plain.target },
    }),
  };
}
