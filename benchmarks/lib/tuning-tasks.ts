import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultCut, type Engine, type FineTuneEvent, fineTune, replaceHead } from "@graft-ml/core";
import { fileFeatureStore } from "@graft-ml/core/node";
import { choice, type Params, type ParamsOf, type Space, space } from "@graft-ml/hpo";
import { bertRecipe, textSource, textTask } from "@graft-ml/nlp";
import { trainClassifier } from "@graft-ml/vision";
import { pictureSource } from "@graft-ml/vision/node";
import { openSet } from "./classify.js";
import { openEmbedded } from "./embedded.js";
import { fewPerClass } from "./few-per-class.js";
import { openBackbone, openEncoder } from "./text-methods.js";
import { textSets } from "./text-sets.js";

/** Accuracy on what is scored by, after each epoch. */
export type Curve = readonly number[];

/** A classifier to be tuned, and what is searched: choices, so that a grid holds all. */
export type TuningTask = {
  readonly about: string;
  readonly space: Space;
  /** Of each training. */
  readonly epochs: number;
  /** What trains by parameters of the space. */
  open(engine: Engine): Promise<(params: Params) => Promise<Curve>>;
};

const ofPictures = space({
  lr: choice([1e-4, 3e-4, 1e-3]),
  layerDecay: choice([0.5, 0.75, 1]),
  weightDecay: choice([0.01, 0.1]),
  labelSmoothing: choice([0, 0.1]),
});
const ofTexts = space({
  lr: choice([1e-4, 3e-4, 1e-3, 3e-3]),
  layerDecay: choice([0.5, 0.75, 1]),
  batchSize: choice([16, 32]),
});

const ofHeads = space({
  lr: choice([1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2]),
  weightDecay: choice([0, 0.01, 0.1]),
  labelSmoothing: choice([0, 0.1]),
});

export const tuningTasks: Readonly<Record<string, TuningTask>> = {
  signs: {
    about:
      "The hand signs, 20 pictures a class to learn from and all others to score by; the embedded backbone, a new head for 30 epochs and then its last stage for 20, which are the epochs that count",
    space: ofPictures,
    epochs: 20,
    open: openSigns,
  },
  flowers: {
    about:
      "The flowers, 20 pictures a class to learn from and all others (125) to score by; a new head alone on the frozen embedded backbone, 27 epochs",
    space: ofHeads,
    epochs: 27,
    open: openFlowers,
  },
  products: {
    about:
      "Which of four kinds of product a review is about: 800 reviews to learn from, 1,600 others to score by; all of the embedded BERT and a new head at once, 27 epochs",
    space: ofTexts,
    epochs: 27,
    open: openProducts,
  },
};

/** What trainings on a few pictures a class have in common, scored by all others. */
async function openPictureTask(
  engine: Engine,
  { set, perClass }: { set: string; perClass: number },
) {
  const pictures = await openSet(set);
  const { train, test } = fewPerClass(pictures.samples, { perClass, seed: 1 });
  const { preprocess, weights, ...network } = await openEmbedded();
  const source = (samples: typeof train) =>
    pictureSource({ samples, preprocess, cache: pictures.cache });
  const folder = await mkdtemp(join(tmpdir(), "graft-tuning-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const model = replaceHead(network.model, pictures.classes.length);
  return {
    ...{ engine, model, weights, preprocess, seed: 1, dataKey: set },
    ...{ train: source(train), validation: source(test), store: fileFeatureStore({ folder }) },
  };
}

async function openSigns(engine: Engine) {
  const common = await openPictureTask(engine, { set: "signs", perClass: 20 });
  return (params: Params) => {
    const { lr, layerDecay, weightDecay, labelSmoothing } = params as ParamsOf<typeof ofPictures>;
    return curveOf(
      trainClassifier({
        ...common,
        ...{ strategy: "finetune", cut: defaultCut(common.model), loss: { labelSmoothing } },
        head: { weightDecay },
        tail: { epochs: tuningTasks.signs!.epochs, rate: lr, layerDecay, weightDecay },
      }),
    );
  };
}

async function openFlowers(engine: Engine) {
  const common = await openPictureTask(engine, { set: "flowers", perClass: 20 });
  return (params: Params) => {
    const { lr, weightDecay, labelSmoothing } = params as ParamsOf<typeof ofHeads>;
    const head = { epochs: tuningTasks.flowers!.epochs, rate: lr, weightDecay };
    return curveOf(
      trainClassifier({ ...common, strategy: "probe", loss: { labelSmoothing }, head }),
    );
  };
}

async function openProducts(engine: Engine) {
  const { train, validation, test, classes } = await textSets.products!();
  const { tokenizer, ...network } = await openBackbone(await openEncoder(), { engine, classes });
  const source = (samples: typeof train) => textSource({ tokenizer, samples, maxLength: 64 });
  return (params: Params) => {
    const { lr, layerDecay, batchSize } = params as ParamsOf<typeof ofTexts>;
    const recipe = bertRecipe({ rate: lr, epochs: tuningTasks.products!.epochs });
    return curveOf(
      fineTune({
        ...network,
        ...recipe,
        ...{ batchSize, task: textTask(), seed: 1 },
        ...{ train: source(train), validation: source([...validation, ...test]) },
        tail: { ...recipe.tail, layerDecay },
      }),
    );
  };
}

async function curveOf(training: AsyncIterable<FineTuneEvent>): Promise<Curve> {
  const scores: number[] = [];
  for await (const event of training) {
    if (event.type !== "epoch-end") continue;
    // The last phase's epochs are those that count.
    if (event.epoch === 1) scores.length = 0;
    scores.push(event.metrics.accuracy!);
  }
  return scores;
}
