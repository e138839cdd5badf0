import { defaultCut, GraftError, type Model } from "@graft-ml/core";
import { textRate } from "@graft-ml/nlp";
import { type Given, refuse } from "../../task/refuse.js";
import type { FrozenBackbone } from "../frozen-backbone.js";

/** How a network is trained, by every method alike; plain JSON. */
export type DeepPlan = {
  /** The last stage that stays as it was. */
  readonly cut: string;
  /** Of the source. */
  readonly epochs: number;
  /** Peak learning rate, which falls to 0. */
  readonly rate: number;
  /** Samples of each domain in a step. */
  readonly batchSize: number;
  /** Views of each picture: crops and mirrored ones. 1: as it is. */
  readonly views: number;
};

/** What a person gave of it. */
export type DeepFlags = {
  readonly cut?: string | undefined;
  readonly epochs?: number | undefined;
  readonly lr?: number | undefined;
  readonly batchSize?: number | undefined;
};

const usual = {
  pictures: { epochs: 20, batchSize: 32, views: 3 },
  texts: { epochs: 4, batchSize: 16, views: 1 },
} as const;

const PICTURE_RATE = 3e-4;

/** What was given, and the rest as it works for most. Throws `config-invalid` for a cut that leaves nothing to learn. */
export function deepPlanOf({ model, input }: FrozenBackbone, flags: DeepFlags): DeepPlan {
  const { modality } = input;
  const { cut = defaultCut(model), epochs, batchSize } = flags;
  checkCut(model, cut);
  return {
    ...usual[modality],
    cut,
    rate: flags.lr ?? (modality === "pictures" ? PICTURE_RATE : textRate(model)),
    ...(epochs === undefined ? {} : { epochs }),
    ...(batchSize === undefined ? {} : { batchSize }),
  };
}

/** The head and a stage with weights before it learn at least: else there are no features to bring together. */
function checkCut(model: Model, cut: string): void {
  const body = model.stages.slice(0, -1);
  const last = body.findLastIndex(({ prefixes }) => prefixes.length > 0);
  const cuts = body.slice(0, Math.max(0, last)).map(({ name }) => name);
  if (cuts.includes(cut)) return;
  throw new GraftError(
    "config-invalid",
    `The model "${model.architecture}" can't be cut at "${cut}" here, where what comes before the head is to learn, too; its cuts are ${cuts.join(", ")}.`,
    { details: { architecture: model.architecture, cut, cuts } },
  );
}

/** Throws `usage` for what says how to train where nothing is trained. */
export function refuseTraining({ cut, epochs, lr }: DeepFlags, method: string): void {
  const given: readonly Given[] = [
    [cut !== undefined, "--cut"],
    [epochs !== undefined, "--epochs"],
    [lr !== undefined, "--lr"],
  ];
  refuse(given, `is for methods that train the network, and --method ${method} leaves it as it is`);
}

/** The plan in words. */
export const trainingWords = ({ cut, epochs, rate, batchSize, views }: DeepPlan): string =>
  `what comes after ${cut}, ${epochs} epoch${epochs === 1 ? "" : "s"} of the source at a rate from ${rate} down, ${batchSize} samples of each domain a step${views > 1 ? `, ${views} views of each picture` : ""}`;
