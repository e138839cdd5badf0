import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  type BertConfig,
  type Engine,
  type FloatWeights,
  fineTune,
  fitStore,
  loadWeights,
  type Model,
  memorySource,
  modelFromConfig,
  safetensorsStore,
  withBertHead,
} from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import {
  bertRecipe,
  createTokenizer,
  fewShotTexts,
  openTextClassifier,
  type Tokenizer,
  textSource,
  textTask,
} from "@graft-ml/nlp";
import { openTokenizer } from "@graft-ml/nlp/node";
import { defaultBackbone } from "@graft-ml/zoo";
import { readAsset, readTokenizer } from "@graft-ml/zoo/node";
import type { LabelledLine } from "./text-sets.js";

/** An encoder with room for a head, on an engine. */
export type Backbone = {
  readonly engine: Engine;
  readonly model: Model;
  readonly weights: FloatWeights;
  readonly tokenizer: Tokenizer;
};

export type Trained = Pick<Backbone, "model" | "weights">;

export type Lesson = {
  readonly texts: readonly LabelledLine[];
  readonly rate: number;
  readonly epochs: number;
  readonly seed: number;
};

/** Tokens of a text at most. */
const maxLength = 64;

/** A checkpoint whose weights any head's model can begin with. */
export type Encoder = {
  readonly name: string;
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  /** All but the head's, which are new. */
  weightsFor(model: Model): Promise<FloatWeights>;
};

/** A folder with config.json, weights and a tokenizer; without one the zoo's. */
export async function openEncoder(folder?: string): Promise<Encoder> {
  const { name, config, store, tokenizer } = folder ? await inFolder(folder) : await inZoo();
  const weightsFor = (model: Model): Promise<FloatWeights> =>
    loadWeights(model.specs, fitStore(model, store), { allowMissing: [model.classifier] });
  return { name, config, tokenizer, weightsFor };
}

const inFolder = async (folder: string) => ({
  name: basename(folder),
  config: JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as BertConfig,
  store: await openWeights(folder),
  tokenizer: await openTokenizer(folder),
});

async function inZoo() {
  const entry = defaultBackbone("texts");
  const files = await readTokenizer(entry);
  return {
    name: entry.name,
    config: entry.config as BertConfig,
    store: safetensorsStore(memorySource(await readAsset(entry), entry.file)),
    tokenizer: await createTokenizer({ tokenizerJson: JSON.parse(files["tokenizer.json"]!) }),
  };
}

/** The encoder with a head for classes. Texts are the means of their tokens, whatever is learned. */
export async function openBackbone(
  { config, weightsFor, tokenizer }: Encoder,
  { engine, classes }: { engine: Engine; classes: readonly string[] },
): Promise<Backbone> {
  const head = { head: "sequence", numClasses: classes.length } as const;
  const model = modelFromConfig(withBertHead({ ...config, pooling: "mean" }, head));
  return { engine, model, weights: await weightsFor(model), tokenizer };
}

/** Pairs for so many epochs, then a head; 0 epochs leave the encoder as it is. */
export async function fewShot(backbone: Backbone, lesson: Lesson): Promise<Trained> {
  const { texts: train, rate, epochs, seed } = lesson;
  const tuning = fewShotTexts({ ...backbone, maxLength, train, contrast: { epochs, rate }, seed });
  for await (const _ of tuning);
  return tuning.result();
}

/** The encoder and a new head at once. */
export async function fineTuned(backbone: Backbone, lesson: Lesson): Promise<Trained> {
  const { texts: samples, rate, epochs, seed } = lesson;
  const { tokenizer, ...network } = backbone;
  const train = textSource({ tokenizer, samples, maxLength });
  const recipe = bertRecipe({ rate, epochs });
  const tuning = fineTune({ ...network, ...recipe, task: textTask(), train, seed });
  for await (const _ of tuning);
  return tuning.result();
}

/** Percent of the texts whose class is told. */
export async function accuracyOf(
  trained: Backbone,
  { texts, classes }: { texts: readonly LabelledLine[]; classes: readonly string[] },
): Promise<number> {
  // Batches of texts of like length are padded little.
  const samples = texts.toSorted((a, b) => a.text.length - b.text.length);
  const source = textSource({ tokenizer: trained.tokenizer, samples, maxLength });
  const classifier = await openTextClassifier({ ...trained, classes });
  try {
    for await (const event of classifier.evaluate(source)) {
      if (event.type === "eval-end") return 100 * event.accuracy;
    }
  } finally {
    await classifier.close();
  }
  throw new Error("The evaluation did not end.");
}
