// Puts what train.ts made into the zoo: the weights at half precision, the manifest, and the accuracy of the stored file.
//   pnpm --filter @graft-ml/recipes exec tsx embedded-backbone/export.ts --run DIR --data DIR
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type FloatWeights,
  loadWeights,
  memorySource,
  safetensorsStore,
  writeSafetensors,
} from "@graft-ml/core";
import { latestCheckpoint } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import { openClassifier } from "@graft-ml/vision";
import { pictureSource } from "@graft-ml/vision/node";
import { embed } from "../embed.js";
import { halved } from "./half.js";
import { readPictures } from "./pictures.js";
import { createStudent, PROJECTION, studentPreprocess } from "./student.js";

const NAME = "resnet18-half";
const { values: options } = parseArgs({
  options: { run: { type: "string" }, data: { type: "string" } },
});
const { run, data } = options;
if (!run || !data) throw new Error("Give --run and --data.");

const found = await latestCheckpoint(join(run, "checkpoints"));
if (!found) throw new Error(`${run} has no checkpoint: train first.`);
const result = JSON.parse(await readFile(join(run, "result.json"), "utf8"));
const { classes, heldOut } = await readPictures(data);
const model = createStudent(classes.length);
const { weights, buffers } = found.checkpoint.snapshot;
const kept = Object.entries({ ...weights, ...buffers }).filter(
  ([name]) => !name.startsWith(PROJECTION),
);
const stored = Object.fromEntries(kept.map(([name, tensor]) => [name, halved(tensor)]));
const bytes = writeSafetensors(stored, { format: "pt" });
const accuracy = await accuracyOf(
  await loadWeights(model.specs, safetensorsStore(memorySource(bytes, NAME))),
);

const facts = {
  name: NAME,
  reads: "pictures",
  summary:
    "ResNet-18 at half its width, 112 x 112 pixels, trained on Caltech-101 under MobileNetV2's eye",
  config: {
    ...model.config,
    classes,
    input_size: [3, ...studentPreprocess.size],
    mean: studentPreprocess.mean,
    std: studentPreprocess.std,
    interpolation: studentPreprocess.interpolation,
    crop_pct: 1,
  },
  licence: "Apache-2.0",
  attribution:
    "Trained on Caltech-101 (Fei-Fei, Fergus, Perona 2004; CC BY 4.0 as stated by Caltech), with the features of MobileNetV2 1.0 224 (TensorFlow's ImageNet weights, Apache-2.0) as the teacher",
  accuracy: [
    {
      data: `Caltech-101, ${heldOut.length} pictures held out`,
      top1: Number((100 * accuracy).toFixed(2)),
    },
  ],
} as const;
console.log(JSON.stringify({ accuracy, before: result.accuracy, bytes: bytes.length, ...result }));
await embed(facts, { weights: bytes });

async function accuracyOf(stored: FloatWeights): Promise<number> {
  const engine = await acquire({ device: "native" });
  const classifier = await openClassifier({
    engine,
    model,
    weights: stored,
    preprocess: studentPreprocess,
    classes,
  });
  const source = pictureSource({ samples: heldOut, preprocess: studentPreprocess });
  try {
    for await (const event of classifier.evaluate(source)) {
      if (event.type === "eval-end") return event.accuracy;
    }
  } finally {
    await engine.close();
  }
  throw new Error("The evaluation did not end.");
}
