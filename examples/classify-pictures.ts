// Grafts the embedded backbone onto a folder with a folder of pictures per class, and scores the pictures it held back.
//   pnpm --filter @graft-ml/examples exec tsx classify-pictures.ts FOLDER
import {
  loadWeights,
  memorySource,
  modelFromConfig,
  replaceHead,
  safetensorsStore,
} from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { openClassifier, preprocessFromConfig, trainClassifier } from "@graft-ml/vision";
import { openPictures, type PictureSample, pictureSource } from "@graft-ml/vision/node";
import { defaultBackbone } from "@graft-ml/zoo";
import { readAsset } from "@graft-ml/zoo/node";

const [folder = "../apps/cli/assets/sample"] = process.argv.slice(2);

const entry = defaultBackbone();
const backbone = modelFromConfig(entry.config);
const store = safetensorsStore(memorySource(await readAsset(entry), entry.file));
const weights = await loadWeights(backbone.specs, store);
const preprocess = preprocessFromConfig(entry.config);

const { classes, train, validation } = await openPictures(folder);
const source = (samples: readonly PictureSample[]) => pictureSource({ samples, preprocess });

const engine = await acquire({ onNotice: console.error });
const model = replaceHead(backbone, classes.length);
const training = trainClassifier({ engine, model, weights, preprocess, train: source(train) });
for await (const event of training) {
  if (event.type === "epoch-end")
    console.log(`epoch ${event.epoch}: loss ${event.loss.toFixed(3)}`);
}

const classifier = await openClassifier({ engine, ...training.result(), preprocess, classes });
for await (const event of classifier.evaluate(source(validation))) {
  if (event.type === "eval-end") console.log(`${(100 * event.accuracy).toFixed(1)} % right`);
}
await engine.close();
