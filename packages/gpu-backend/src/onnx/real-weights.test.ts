import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createPass,
  type Engine,
  type HostTensor,
  loadWeights,
  type Model,
  modelFromConfig,
  type Program,
  readSafetensors,
  runStages,
} from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { sharedPath } from "@graft-ml/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

const folder = sharedPath("weights");
type Config = Parameters<typeof modelFromConfig>[0] & { mean: number[]; std: number[] };

/** Raw pixels (B, H, W, 3) as the checkpoint's config prepares them, or prepared ones (B, 3, H, W), to logits. */
const logitsProgram = (model: Model, { mean, std }: Config): Program => ({
  key: "test-logits",
  config: { model: model.config, mean, std },
  run({ params, batch, random }) {
    const pass = createPass({ training: false, random, buffers: {} });
    const x = batch.raw
      ? tf.div(tf.sub(tf.div(tf.cast(batch.raw, "float32"), 255), mean), std)
      : tf.transpose(batch.prepared!, [0, 2, 3, 1]);
    return { outputs: { logits: runStages(model, params, x, pass) } };
  },
});

describe.skipIf(folder === undefined)("real weights, compiled, against PyTorch's logits", () => {
  let native: Engine;
  beforeAll(async () => {
    native = await createNativeEngine({ threads: 2 });
  });
  afterAll(() => native.close());

  test.each([
    "resnet20-cifar10",
    "resnet32-cifar10",
    "resnet44-cifar10",
    "resnet56-cifar10",
    "squeezenet1_0-imagenet",
    "mobilenet_v2_100_224-imagenet",
  ])("%s", async (name) => {
    const path = (file: string) => join(folder!, name, file);
    const config: Config = JSON.parse(await readFile(path("config.json"), "utf8"));
    const golden = readSafetensors(await readFile(path("golden.safetensors"))).weights;
    const model = modelFromConfig(config);
    const weights = await loadWeights(model.specs, await openWeights(join(folder!, name)));
    const session = await native.open({
      weights,
      groups: () => ({ rate: 0, decay: 0, frozen: true }),
    });
    const prepared = golden.input_first1 as HostTensor<"float32"> | undefined;
    const raw = golden.input_u8 as HostTensor<"uint8"> | undefined;
    const input = prepared ? { prepared } : { raw: raw! };
    const { outputs } = await session.run(logitsProgram(model, config), input);
    await session.close();
    const logits = outputs.logits!.data as Float32Array;
    const expected = golden.logits!.data as Float32Array;
    expect(logits.length).toBeGreaterThan(0);
    const worst = logits.reduce(
      (top, value, i) => Math.max(top, Math.abs(value - expected[i]!)),
      0,
    );
    expect(worst).toBeLessThan(1e-4);
  });
});
