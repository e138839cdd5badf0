// Our side of probing.ts: the trunk runs once, its features are kept. Arguments and output as probing.py's.
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { replaceHead } from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { openClassifier, trainClassifier } from "@graft-ml/vision";
import { type PictureSample, pictureSource } from "@graft-ml/vision/node";
import { openNetwork } from "../lib/networks.js";

const [table = "", weightsFile = "", epochs = "10", rate = "1e-3"] = process.argv.slice(2);
const rows = (await readFile(table, "utf8"))
  .trim()
  .split("\n")
  .map((line) => line.split(","));
const samples = (part: string): PictureSample[] =>
  rows
    .filter(([, , split]) => split === part)
    .map(([path = "", label = ""]) => ({ path, name: path, label: Number(label) }));
const classes = [...new Set(rows.map(([, label = ""]) => label))];

const started = performance.now();
const engine = await acquire({ device: "native", threads: 2 });
const network = await openNetwork("mobilenet_v2", dirname(weightsFile));
const { preprocess } = network;
const training = trainClassifier({
  engine,
  model: replaceHead(network.model, classes.length),
  weights: network.weights,
  preprocess,
  strategy: "probe",
  train: pictureSource({ samples: samples("train"), preprocess }),
  head: { epochs: Number(epochs), rate: Number(rate), weightDecay: 0.05 },
});
for await (const _ of training);
const seconds = (performance.now() - started) / 1000;

const classifier = await openClassifier({ engine, ...training.result(), preprocess, classes });
const test = pictureSource({ samples: samples("test"), preprocess });
for await (const event of classifier.evaluate(test)) {
  if (event.type === "eval-end") {
    const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(JSON.stringify({ seconds, accuracy: event.accuracy, peakMB }));
  }
}
await engine.close();
