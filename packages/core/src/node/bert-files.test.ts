import "@tensorflow/tfjs-backend-cpu";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BertOptions, createBert } from "../models/bert.js";
import { modelFromConfig } from "../models/config.js";
import { fitStore } from "../models/fit-store.js";
import { initWeights } from "../models/init-weights.js";
import type { Model } from "../models/model.js";
import { createPass } from "../nn/pass.js";
import { hostRandom } from "../random.js";
import { worstDifference } from "../testing/worst-difference.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { loadWeights } from "../weights/load.js";
import { writeSafetensors } from "../weights/safetensors.js";
import { openWeights } from "./open-weights.js";

const python = "/usr/bin/python3";
const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;
const skipped = hasTorch ? "" : " (skipped: python3-torch is not installed)";
const script = fileURLToPath(new URL("../../../../scripts/golden/bert.py", import.meta.url));

const variants: readonly (readonly [string, BertOptions])[] = [
  ["bert_tiny", { numClasses: 3 }],
  ["bert_tiny", {}],
  ["bert_tiny", { head: "masked" }],
];
const vocabSize = 60;

type Files = { folder: string; model: Model; theirs: Record<string, number[]> };
let root = "";
const written: Files[] = [];
const saved: Files[] = [];

beforeAll(() => {
  if (!hasTorch) return;
  root = mkdtempSync(join(tmpdir(), "graft-bert-"));
  const files = variants.flatMap(([name, options], index) =>
    ["written", "saved"].map((kind) => {
      const model = createBert(name, { vocabSize, ...options });
      const folder = join(root, `${kind}-${index}`);
      mkdirSync(folder);
      writeFileSync(join(folder, "config.json"), JSON.stringify(model.config));
      if (kind === "written")
        writeFileSync(join(folder, "model.safetensors"), writeSafetensors(weightsOf(model)));
      return { kind, folder, model };
    }),
  );
  const folders = files.map(({ folder }) => folder);
  const answer = execFileSync(python, [script, "live", ...folders], { encoding: "utf8" });
  const outputs = JSON.parse(answer) as Record<string, number[]>[];
  for (const [index, { kind, ...rest }] of files.entries())
    (kind === "written" ? written : saved).push({ ...rest, theirs: outputs[index]! });
}, 60_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

const weightsOf = (model: Model): FloatWeights => initWeights(model, { seed: 2 });

function expectStages(model: Model, weights: FloatWeights, theirs: Files["theirs"]): void {
  tf.tidy(() => {
    const tensors = Object.entries(weights).map(
      ([name, { data, shape }]) => [name, tf.tensor(data, [...shape])] as const,
    );
    const params = Object.fromEntries(tensors);
    const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
    model.stages.reduce<tf.Tensor>(
      (x, { name, apply }) => {
        const y = apply(params, x, pass);
        expect(worstDifference(y.dataSync(), theirs[name]!), name).toBeLessThan(1e-4);
        return y;
      },
      tf.tensor2d([[1, 2, 3, 4]], undefined, "int32"),
    );
  });
}

test.skipIf(!hasTorch)(
  `what we write, PyTorch loads name by name to the same outputs${skipped}`,
  () => {
    expect(written).toHaveLength(variants.length);
    for (const { model, theirs } of written) expectStages(model, weightsOf(model), theirs);
  },
);

test.skipIf(!hasTorch)(`what PyTorch saves, loads here to the same outputs${skipped}`, async () => {
  expect(saved).toHaveLength(variants.length);
  for (const { folder, model, theirs } of saved) {
    const store = fitStore(model, await openWeights(join(folder, "pytorch_model.bin")));
    expectStages(model, await loadWeights(model.specs, store), theirs);
  }
});

test.skipIf(!hasTorch)(
  `a classifier takes the encoder of a bare checkpoint${skipped}`,
  async () => {
    const { folder } = saved[1]!;
    const bare = await openWeights(join(folder, "pytorch_model.bin"));
    const model = modelFromConfig(createBert("bert_tiny", { vocabSize, numClasses: 5 }).config);
    const allowMissing = ["classifier"];
    const weights = await loadWeights(model.specs, fitStore(model, bare), { allowMissing });
    const missing = Object.keys(model.specs).filter((name) => !(name in weights));
    expect(missing).toEqual(["classifier.weight", "classifier.bias"]);
  },
);
