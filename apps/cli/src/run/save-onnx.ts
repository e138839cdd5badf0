import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isGraftError } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import type { Acquired } from "@graft-ml/gpu-backend";
import { compareWithTrainer } from "../export/compare.js";
import { openOnnx, writeOnnx } from "../export/onnx.js";
import { type Parity, requireParity } from "../export/parity.js";
import { heldBack, samplesOf } from "../export/samples.js";
import type { Trained } from "../export/trainer.js";
import { reason } from "../files.js";
import type { TaskData } from "../task/task-kind.js";

export type OnnxEvent =
  | ({ readonly type: "onnx-written"; readonly path: string } & Parity)
  /** It is there, and nothing here could run it. */
  | { readonly type: "onnx-untried"; readonly path: string; readonly reason: string }
  | { readonly type: "onnx-left-out"; readonly reason: string };

/** One batch: enough to tell a wrong graph from a rounded one. */
const SAMPLES = 8;

/**
 * Writes model.onnx into a model folder, runs it on a few samples, and keeps how far it is from the
 * trainer in parity.json. Weights are what a run is for: an ONNX file that can't be had is told, and
 * ends nothing.
 */
export async function* saveOnnx(
  engine: Acquired,
  folder: string,
  { source, dataset }: { source: Trained & { source: string }; dataset: TaskData },
): AsyncGenerator<OnnxEvent> {
  const path = join(folder, "model.onnx");
  const receipt = join(folder, "parity.json");
  await mkdir(folder, { recursive: true });
  await rm(receipt, { force: true });
  try {
    await writeOnnx(path, source, "pixel_values");
    const parity = await compareWithTrainer({
      format: "onnx",
      engine,
      source,
      samples: await samplesOf(heldBack(dataset), { count: SAMPLES, source }),
      open: () => openOnnx(path, source, "pixel_values"),
    });
    await writeFileAtomic(receipt, `${JSON.stringify(parity, null, 2)}\n`);
    requireParity(parity);
    yield { type: "onnx-written", path, ...parity };
  } catch (error) {
    if (isGraftError(error, "disk-write-failed")) throw error;
    if (isGraftError(error, "device-unavailable")) {
      yield { type: "onnx-untried", path, reason: error.message };
      return;
    }
    await rm(path, { force: true });
    yield { type: "onnx-left-out", reason: reason(error) };
  }
}
