import { datasetFingerprint, weightsFingerprint } from "./fingerprint.js";
import type { Prepared } from "./prepare.js";
import type { RunConfig } from "./run-folder.js";
import type { TrainOptions } from "./train-options.js";
import { versions } from "./versions.js";

/** A run's config.json, once its backbone and its data have been read. */
export const runConfig = (
  options: TrainOptions,
  { source, dataset, names }: Prepared,
): RunConfig => ({
  versions,
  options: {
    ...options,
    backbone: source.source,
    warmStart: options.warmStart === null ? null : source.source,
  },
  classes: [...names],
  samples: {
    train: dataset.train.length,
    validation: dataset.validation.length,
    test: dataset.test.length,
    sha256: datasetFingerprint(dataset, names),
  },
  backbone: {
    architecture: source.model.architecture,
    sha256: weightsFingerprint(source.weights),
  },
});
