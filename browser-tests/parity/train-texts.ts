import {
  type BertConfig,
  type Engine,
  fineTune,
  fitStore,
  loadWeights,
  memorySource,
  modelFromConfig,
  safetensorsStore,
  withBertHead,
} from "@graft-ml/core";
import {
  bertRecipe,
  createTokenizer,
  openTextClassifier,
  textSource,
  textTask,
} from "@graft-ml/nlp";
import { defaultBackbone } from "@graft-ml/zoo";
import { scatter } from "./scatter.js";
import { lossesOf, type Trained } from "./train-pictures.js";

const things = ["film", "phone", "meal", "hotel", "book", "song", "lamp", "walk"];
const kinds = [
  ["bright", "lovely", "useful", "quick", "warm", "honest"],
  ["broken", "boring", "awful", "slow", "noisy", "empty"],
];

/** Opinions of one sentence, kind ones and others in turn. */
const opinions = Array.from({ length: 96 }, (_, index) => {
  const pick = (from: readonly string[], what: number) =>
    from[Math.floor(scatter(index * 17 + what) * from.length)]!;
  const label = index % 2;
  const [first, second] = [pick(kinds[label]!, 1), pick(kinds[label]!, 2)];
  return {
    text: `The ${pick(things, 3)} was ${first} and ${second}, like that ${pick(things, 4)}.`,
    label,
  };
});

const TRAINED = 64;
const classes = ["kind", "unkind"];

/** Trains all of the zoo's BERT, its word vectors too, with dropout: the same work wherever the engine is. */
export async function trainTexts(
  engine: Engine,
  asset: Uint8Array,
  tokenizerJson: unknown,
): Promise<Trained> {
  const start = performance.now();
  const entry = defaultBackbone("texts");
  const config = { ...(entry.config as BertConfig), pooling: "mean" } as const;
  const head = { head: "sequence", numClasses: classes.length } as const;
  const model = modelFromConfig(withBertHead(config, head));
  const store = fitStore(model, safetensorsStore(memorySource(asset, entry.file)));
  const tokenizer = await createTokenizer({ tokenizerJson });
  const buckets = [20];
  const training = fineTune({
    ...{ engine, model, task: textTask(), seed: 7 },
    ...bertRecipe({ rate: 1e-3, epochs: 3 }),
    weights: await loadWeights(model.specs, store, { allowMissing: [model.classifier] }),
    train: textSource({ tokenizer, samples: opinions.slice(0, TRAINED), buckets }),
  });
  const losses = await lossesOf(training);
  const classifier = await openTextClassifier({
    ...{ engine, tokenizer, classes },
    ...training.result(),
  });
  const found = await classifier.predict(opinions.slice(TRAINED).map(({ text }) => text));
  await classifier.close();
  const seconds = (performance.now() - start) / 1000;
  return { losses, predictions: found.map(({ top }) => top[0]!), seconds };
}
