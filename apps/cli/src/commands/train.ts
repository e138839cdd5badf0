import { Option } from "@commander-js/extra-typings";
import type { CheckEvent } from "@graft-ml/vision/node";
import { defaultBackbone } from "@graft-ml/zoo";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { readJson } from "../files.js";
import { datasetFingerprint, weightsFingerprint } from "../fingerprint.js";
import type { OpenEvent } from "../model-source.js";
import { positiveNumber, shareOf, viewCount, wholeNumber } from "../numbers.js";
import { type Prepared, prepare } from "../prepare.js";
import { createRun, nextRunFolder, type RunConfig, requireEmpty } from "../run-folder.js";
import { type RunEvent, runTraining } from "../run-training.js";
import {
  type GivenOptions,
  resolveOptions,
  strategies,
  type TrainOptions,
  trainOptions,
} from "../train-options.js";
import { trainView } from "../train-view.js";
import { versions } from "../versions.js";

type Flags = Omit<CommonOptions, "strict"> &
  GivenOptions & { out?: string | undefined; config?: string | undefined };

export type TrainCommandEvent =
  | OpenEvent
  | CheckEvent
  | RunEvent
  | ({ readonly type: "run-start"; readonly run: string } & Pick<
      RunConfig,
      "classes" | "pictures"
    >);

/** Trains a classifier on a folder of pictures and writes a run folder. */
export async function* train(flags: Flags, { signal }: Context): AsyncGenerator<TrainCommandEvent> {
  const { out, config: file, json: _, quiet: __, debug: ___, ...given } = flags;
  const fromFile = file === undefined ? {} : await readJson(file, trainOptions.partial());
  const options = resolveOptions(given, fromFile, () => defaultBackbone().name);
  const folder = out ?? nextRunFolder(options.data);
  await requireEmpty(folder);
  const prepared = yield* prepare(options, signal);
  const run = await createRun(folder, runConfig(options, prepared));
  const { classes, pictures } = run.config;
  yield { type: "run-start", run: run.folder, classes, pictures };
  yield* runTraining({ run, prepared, signal });
}

const runConfig = (options: TrainOptions, { source, dataset }: Prepared): RunConfig => ({
  versions,
  options: { ...options, backbone: source.source },
  classes: [...dataset.classes],
  pictures: {
    train: dataset.train.length,
    validation: dataset.validation.length,
    test: dataset.test.length,
    sha256: datasetFingerprint(dataset),
  },
  backbone: {
    architecture: source.model.architecture,
    sha256: weightsFingerprint(source.weights),
  },
});

const about = {
  summary: "Train a classifier on a folder of pictures, on top of a pretrained backbone.",
  examples: [
    "graft train pictures",
    "graft train pictures --strategy finetune --epochs 20 --out run",
    "graft train labels.csv --backbone ./mobilenet --lr 1e-3 --json",
    "graft train pictures --views 8          # augmented: 8 views of each picture",
  ],
};

export const trainCommand = (launch: Launch) =>
  command("train", about)
    .argument(
      "[data]",
      "a folder per class, train/ val/ test/ over such folders, or a CSV of path,label",
    )
    .option("--out <dir>", "the run folder (default: runs/NAME-1, or the next free number)")
    .option(
      "--backbone <name|dir>",
      "a name that `graft models` lists, a model folder or file, a run, an address, or org/name on the hub (default: the zoo's)",
    )
    .addOption(new Option("--task <name>", "what is learned").choices(["image"] as const))
    .addOption(
      new Option(
        "--strategy <name>",
        "probe: the head alone; finetune: the head, then the last stages; gradual: these one by one from the top; scratch: everything, from random weights (default: probe)",
      ).choices(strategies),
    )
    .option(
      "--cut <stage>",
      "fine-tune what comes after this stage (default: about the last sixth)",
    )
    .option(
      "--views <n|fresh>",
      "augmented views of each picture to cache; fresh: new ones each epoch (default: 1, plain)",
      viewCount,
    )
    .option(
      "--epochs <n>",
      "of the last phase (default: probe 30, finetune and gradual 10, scratch 30)",
      wholeNumber(1),
    )
    .option("--batch-size <n>", "pictures a step (default: 32)", wholeNumber(1))
    .option(
      "--lr <x>",
      "peak learning rate of the last phase (default: probe 3e-3, finetune and gradual 1e-4, scratch 1e-3)",
      positiveNumber,
    )
    .option("--head-epochs <n>", "of the head, before a fine-tune (default: 30)", wholeNumber(1))
    .option("--head-lr <x>", "of the head, before a fine-tune (default: 3e-3)", positiveNumber)
    .option("--weight-decay <x>", "AdamW's (default: 0.05)", shareOf(1))
    .option(
      "--label-smoothing <x>",
      "share of the target spread over all classes (default: 0)",
      shareOf(1),
    )
    .option(
      "--validation <x>",
      "share set apart where there is no val folder (default: 0.2)",
      shareOf(0.9),
    )
    .option("--config <file>", "JSON with any of these options; flags win")
    .action((data, options) =>
      launch(options, (context) => train({ ...options, data }, context), trainView),
    );
