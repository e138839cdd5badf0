import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FineTuneCheckpoint } from "@graft-ml/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scratchFolder } from "../testing.js";
import {
  findTrial,
  forgetBefore,
  forgetOthers,
  forgetTrial,
  keepTrial,
} from "./trial-checkpoints.js";

let folder = "";
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await scratchFolder());
});
afterEach(() => remove());

const checkpoint: FineTuneCheckpoint = {
  ...{ phase: "tail", step: 6, epoch: 3, lossSum: 0, metrics: { accuracy: 0.5 } },
  snapshot: {
    ...{ step: 6, seed: 1, buffers: {} },
    weights: { w: { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) } },
    optimizer: null,
  },
};
const stopped = { checkpoint, phaseEpochs: 2 };
const one = { origin: 4, epochs: 2, key: "this" };

test("a trial is found as it was kept", async () => {
  await keepTrial(folder, one, stopped);
  await keepTrial(folder, one, stopped);
  expect(await findTrial(folder, one)).toEqual({ stopped });
  expect(await readdir(join(folder, "2", "4"))).toEqual(["step-00000006.safetensors"]);
});

test("what is missing, damaged or another training's is told, and never gone on with", async () => {
  expect(await findTrial(folder, one)).toEqual({
    reason: `there is no checkpoint in ${join(folder, "2", "4")}`,
  });
  await keepTrial(folder, one, stopped);
  expect(await findTrial(folder, { ...one, key: "that" })).toEqual({
    reason: `the checkpoint in ${join(folder, "2", "4")} is of another training`,
  });
  const path = join(folder, "2", "4", "step-00000006.safetensors");
  const bytes = await readFile(path);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(path, bytes);
  expect(await findTrial(folder, one)).toEqual({ reason: expect.stringMatching(/can't be read/) });
  await truncate(path, 10);
  expect(await findTrial(folder, one)).toEqual({ reason: expect.stringMatching(/can't be read/) });
});

test("what nobody needs goes", async () => {
  for (const [origin, epochs] of [
    [0, 2],
    [1, 4],
    [2, 4],
    [3, 4],
  ] as const) {
    await keepTrial(folder, { origin, epochs, key: "this" }, stopped);
  }
  await forgetBefore(folder, 4);
  expect(await readdir(folder)).toEqual(["4"]);
  await forgetOthers(folder, { epochs: 4, origins: [1, 3] });
  await forgetTrial(folder, { origin: 3, epochs: 4 });
  expect(await readdir(join(folder, "4"))).toEqual(["1"]);
  await forgetBefore(join(folder, "none"), 4);
});
