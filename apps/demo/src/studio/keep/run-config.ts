import { bytesOf, type FloatWeights, sha256, sha256OfText } from "@graft-ml/core";
import type { Network } from "../networks/network.js";
import type { Kind } from "../studio.js";
import type { Split } from "../training/split.js";
import type { TrainingOptions } from "../training/training-options.js";

/** A run's config.json, as `graft train` writes it; `versions` say that a browser ran it, and not Node. */
export type RunConfig = {
  readonly versions: { readonly graft: string; readonly browser: string; readonly format: 1 };
  readonly options: Omit<TrainingOptions, "warmStart"> & {
    readonly data: string;
    readonly backbone: string;
    readonly warmStart: string | null;
  };
  readonly classes: readonly string[];
  readonly samples: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly sha256: string;
  };
  readonly backbone: { readonly architecture: string; readonly sha256: string };
};

/** What stands for the path of data that the page was given. */
const places: Readonly<Record<Kind, string>> = {
  pictures: "pictures in a browser",
  texts: "texts in a browser",
};

/** `start` is what the training of `network` began with: its weights under the new head. */
export async function runConfig(run: {
  options: TrainingOptions;
  network: Network;
  start: { weights: FloatWeights; keepHead: boolean };
  classes: readonly string[];
  split: Split;
}): Promise<RunConfig> {
  const { options, start, classes, split } = run;
  const { name, input, model } = run.network;
  const { train, validation } = split;
  return {
    versions: {
      graft: String(import.meta.env.GRAFT_VERSION),
      browser: navigator.userAgent,
      format: 1,
    },
    options: {
      ...options,
      data: places[input.kind],
      backbone: name,
      warmStart: start.keepHead ? name : null,
    },
    classes,
    samples: {
      train: train.length,
      validation: validation.length,
      test: 0,
      sha256: await samplesFingerprint(classes, split),
    },
    backbone: {
      architecture: model.architecture,
      sha256: await weightsFingerprint(start.weights),
    },
  };
}

/** Of which samples are in which part under which label. */
const samplesFingerprint = (
  classes: readonly string[],
  { train, validation }: Split,
): Promise<string> => {
  const parts = [train, validation, []].map((part) =>
    part.map(({ name, label }) => [name, label] as const),
  );
  return sha256OfText(JSON.stringify([classes, parts]));
};

/** Of every weight's name and bytes. */
function weightsFingerprint(weights: FloatWeights): Promise<string> {
  const encoder = new TextEncoder();
  const parts = Object.keys(weights)
    .sort()
    .flatMap((name) => [encoder.encode(name), bytesOf(weights[name]!)]);
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return sha256(all);
}
