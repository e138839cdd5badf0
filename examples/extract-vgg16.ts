// VGG-16 without its top turns one picture into 25,088 numbers: its 7 x 7 x 512 maps in a row.
//   pnpm --filter @graft-ml/examples exec tsx extract-vgg16.ts PICTURE [WEIGHTS] [--json]
// WEIGHTS is a file or folder (.pth, .safetensors, Keras's .h5, ...); without it the Hugging Face hub's are fetched.
import { parseArgs } from "node:util";
import * as graft from "@graft-ml/core";
import { hubModel, hubSettings, openWeights } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import * as vision from "@graft-ml/vision";
import { pictureSource } from "@graft-ml/vision/node";
import { findRegistered } from "@graft-ml/zoo";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" } },
});
const [picture, path] = positionals;
if (picture === undefined) throw new Error("Which picture? extract-vgg16.ts PICTURE [WEIGHTS]");
const { source, config } = findRegistered("vgg16")!;

async function fetchWeights(): Promise<string> {
  const events = hubModel(source, await hubSettings());
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value.weights;
    if (value.type === "download-progress") console.error(`${value.bytes} of ${value.total} bytes`);
  }
}
const store = await openWeights(path ?? (await fetchWeights()));

// Keras's weights were trained on stretched BGR pictures, and their users know the maps channels last.
const isKeras = /\.(h5|keras)$/.test(path ?? "");
const preprocess = isKeras
  ? vision.preprocessStyle("caffe", { size: [224, 224] })
  : vision.preprocessFromConfig(config);
const pooling = isKeras ? "flatten-nhwc" : "flatten-nchw";
const model = graft.withoutTop(graft.modelFromConfig(config), { pooling });
const fitting = graft.fitStore(model, graft.upstreamStore(model, store));
const weights = await graft.loadWeights(model.specs, fitting);

const engine = await acquire({ onNotice: console.error });
const groups = graft.paramGroups({ freeze: () => true });
const session = await engine.open({ weights, groups });
const task = vision.pictureTask({ preprocess });
const program = graft.featureProgram({ model, task, to: "flatten" });
const samples = [{ path: picture, name: picture, label: 0 }];
const input = { session, program, reads: task, source: pictureSource({ samples, preprocess }) };
for await (const { features } of graft.extractFeatures(input)) {
  const numbers = [...features.data.subarray(0, features.shape[1])];
  if (options.json) console.log(JSON.stringify(numbers));
  else console.log(`${numbers.length} features: ${numbers.slice(0, 6).join(", ")}, ...`);
}
await engine.close();
