// Trains a classifier of two classes in the tab, with the embedded backbone: pnpm --filter @graft-ml/examples run page
/// <reference types="vite/client" />
import * as core from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import * as vision from "@graft-ml/vision";
import { defaultBackbone } from "@graft-ml/zoo";
import weightsUrl from "@graft-ml/zoo/assets/resnet18-half.safetensors?url";

const input = (id: string) => document.querySelector<HTMLInputElement>(`#${id}`)!;
const told = document.querySelector("output")!;

const entry = defaultBackbone();
const backbone = core.modelFromConfig(entry.config);
const preprocess = vision.preprocessFromConfig(entry.config);
let classifier: vision.Classifier | undefined;

/** As the network wants them. */
const prepared = (files: FileList) =>
  Promise.all(
    [...files].map(async (file) =>
      vision.preprocess(await vision.decodeImage(file, { name: file.name }), preprocess),
    ),
  );

async function train(): Promise<void> {
  const engine = await acquire();
  const url = new URL(weightsUrl, location.href);
  const bytes = await core.cachedBytes(url, { sha256: entry.sha256 });
  const weights = await core.loadWeights(
    backbone.specs,
    core.safetensorsStore(core.memorySource(bytes)),
  );
  const parts = await Promise.all([input("first"), input("second")].map((i) => prepared(i.files!)));
  const labels = Int32Array.from(parts.flatMap((part, label) => part.map(() => label)));
  const image = vision.pictureBatch(parts.flat());
  const source = core.arraySource({
    image,
    labels: { dtype: "int32", shape: [labels.length], data: labels },
  });
  const model = core.replaceHead(backbone, 2);
  const options = { engine, model, weights, preprocess, train: source, strategy: "probe" } as const;
  const training = vision.trainClassifier(options);
  for await (const event of training) {
    if (event.type === "epoch-end")
      told.value = `epoch ${event.epoch}, loss ${event.loss.toFixed(3)}`;
  }
  const classes = ["this", "that"];
  classifier = await vision.openClassifier({ engine, ...training.result(), preprocess, classes });
  input("asked").disabled = false;
  told.value = "ready";
}

const report = (error: Error) => (told.value = error.message);
input("train").addEventListener("click", () => train().catch(report));
input("asked").addEventListener("change", async () => {
  const picture = await vision.decodeImage(input("asked").files![0]!);
  const [answer] = await classifier!.predict([picture]);
  told.value = `${answer!.top[0]!.label}, ${(100 * answer!.top[0]!.score).toFixed(0)} %`;
});
