import "@tensorflow/tfjs-backend-cpu";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { initWeights } from "../models/init-weights.js";
import { createModel } from "../models/registry.js";
import { runStages } from "../models/run-stages.js";
import { createPass } from "../nn/pass.js";
import { hostRandom } from "../random.js";
import { formulaValues } from "../testing/formula.js";
import { worstDifference } from "../testing/worst-difference.js";
import { bytesOf } from "../weights/dtype.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { loadWeights } from "../weights/load.js";
import { encodeSafetensors } from "../weights/safetensors.js";
import { openWeights } from "./open-weights.js";
import { writeFileAtomic } from "./write-file-atomic.js";

const python = "/usr/bin/python3";
const { status } = spawnSync(python, [
  "-c",
  "from importlib.util import find_spec; exit(not (find_spec('torch') and find_spec('torchvision')))",
]);
const script = fileURLToPath(new URL("../../../../scripts/golden/round-trip.py", import.meta.url));

const model = createModel("resnet", {
  block: "basic",
  blocks: [1, 1, 1, 1],
  widths: [64, 128, 256, 512],
  numClasses: 5,
});

function logitsOf(weights: FloatWeights): Float32Array {
  return tf.tidy(() => {
    const params = Object.fromEntries(
      Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const pixels = tf.tensor4d(formulaValues("input", 2 * 3 * 32 * 32, -1, 1), [2, 3, 32, 32]);
    const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
    const logits = runStages(model, params, tf.transpose(pixels, [0, 2, 3, 1]), pass);
    return logits.dataSync<"float32">();
  });
}

test.skipIf(status !== 0)(
  `what is written loads in PyTorch with strict=True, gives the same logits, and comes back from both of its formats (needs torch in ${python})`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "graft-round-trip-"));
    try {
      const weights = initWeights(model, { seed: 7 });
      const parts = encodeSafetensors(weights, { format: "pt" });
      await writeFileAtomic(join(folder, "model.safetensors"), parts);
      const run = spawnSync(python, [script, folder], { encoding: "utf8" });
      expect(run.stderr).toBe("");
      const expected: number[] = JSON.parse(run.stdout);
      expect(worstDifference(logitsOf(weights), expected)).toBeLessThan(1e-5);
      for (const file of ["zip.pth", "legacy.pth"]) {
        const back = await loadWeights(model.specs, await openWeights(join(folder, file)));
        for (const [name, tensor] of Object.entries(weights)) {
          expect(Buffer.compare(bytesOf(back[name]!), bytesOf(tensor)), `${file} ${name}`).toBe(0);
        }
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  180_000,
);
