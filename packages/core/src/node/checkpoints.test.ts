import "@tensorflow/tfjs-backend-cpu";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEagerEngine } from "../engine/eager.js";
import type { Snapshot } from "../engine.js";
import { isGraftError } from "../errors.js";
import { adamw } from "../optim/adamw.js";
import { bitsOf, full } from "../testing/conformance/arrays.js";
import { convNet } from "../testing/conformance/programs.js";
import type { TrainCheckpoint } from "../train/train.js";
import {
  bestCheckpoint,
  latestCheckpoint,
  readCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from "./checkpoints.js";
import { unfinishedName } from "./write-file-atomic.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-checkpoints-"));
});
afterEach(() => rm(folder, { recursive: true }));

function at(step: number, accuracy?: number): TrainCheckpoint {
  const snapshot: Snapshot = {
    step,
    seed: 4,
    weights: { "a/b.weight": full([2], step) },
    buffers: {},
    optimizer: { name: "adamw", state: { mean: { "a/b.weight": full([2], 0.5) } } },
  };
  const metrics: Record<string, number> = accuracy === undefined ? {} : { accuracy };
  return { snapshot, step, epoch: 1, lossSum: 0.1 + 0.2, metrics };
}

type Options = Omit<SaveCheckpointOptions, "best"> & {
  best?: SaveCheckpointOptions["best"] | undefined;
};
const accuracy = { metric: "accuracy", mode: "max" } as const;
const save = (checkpoint: TrainCheckpoint, options: Options = {}) => {
  const { best, ...rest } = { best: accuracy, ...options };
  return saveCheckpoint(folder, checkpoint, { ...rest, ...(best ? { best } : {}) });
};

test("a real session's checkpoint comes back to the bit, with its extra data", async () => {
  const engine = await createEagerEngine({ backend: "cpu" });
  const options = { optimizer: adamw({ learningRate: 0.1 }), seed: 3 };
  const { weights, buffers = {} } = convNet;
  const session = await engine.open({ weights, buffers, ...options });
  await session.step(convNet.program, convNet.batch(4));
  const snapshot = await session.snapshot();
  const checkpoint = { snapshot, step: 1, epoch: 1, lossSum: 1 / 3, metrics: { accuracy: 0.25 } };
  const extra = { config: { lr: 0.1, tags: ["a", null] } };
  const path = await save(checkpoint, { extra });
  expect(path).toBe(join(folder, "step-00000001.safetensors"));
  const read = await readCheckpoint(path);
  expect(bitsOf(read.checkpoint.snapshot)).toEqual(bitsOf(snapshot));
  expect({ ...read.checkpoint, snapshot }).toEqual(checkpoint);
  expect(read.extra).toEqual(extra);
  await session.restore(read.checkpoint.snapshot);
  await engine.close();
});

test("a session without optimizer and extra data comes back, too", async () => {
  const checkpoint = at(2);
  await save({ ...checkpoint, snapshot: { ...checkpoint.snapshot, optimizer: null } });
  const found = await latestCheckpoint(folder);
  expect(found?.checkpoint.snapshot.optimizer).toBe(null);
  expect(found?.extra).toBe(null);
});

test("the newest stay, and the best", async () => {
  for (const [step, accuracy] of [
    [1, 0.5],
    [2, 0.9],
    [3, 0.7],
    [4, undefined],
    [10, 0.9],
  ] as const) {
    await save(at(step, accuracy));
  }
  expect((await readdir(folder)).sort()).toEqual([
    "best.safetensors",
    "step-00000004.safetensors",
    "step-00000010.safetensors",
  ]);
  expect((await bestCheckpoint(folder))?.checkpoint.step).toBe(2);
  await save(at(11, 0.3), { keep: 1, best: { metric: "accuracy", mode: "min" } });
  expect((await bestCheckpoint(folder))?.checkpoint.step).toBe(11);
  expect((await readdir(folder)).sort()).toEqual(["best.safetensors", "step-00000011.safetensors"]);
});

test("a best that was saved by a run killed before it noted it is noted by the next", async () => {
  await save(at(1, 0.5));
  await save(at(2, 0.9), { best: undefined });
  expect((await bestCheckpoint(folder))?.checkpoint.step).toBe(1);
  await save(at(3, 0.7));
  expect((await bestCheckpoint(folder))?.checkpoint.step).toBe(2);
});

test("gone back, a run's newest is the one it saved last; the best stays, though it lie ahead", async () => {
  await save(at(20, 0.5));
  await save(at(24, 0.9));
  for (const step of [14, 16]) await save(at(step, 0.4), { keep: 1 });
  expect((await latestCheckpoint(folder))?.checkpoint.step).toBe(16);
  expect((await bestCheckpoint(folder))?.checkpoint.step).toBe(24);
  expect((await readdir(folder)).sort()).toEqual(["best.safetensors", "step-00000016.safetensors"]);
});

test("one changed bit, in an array or in the state, makes a checkpoint damaged", async () => {
  const path = await save(at(1));
  const whole = await readFile(path);
  const flipped = async (place: number) => {
    const bytes = Buffer.from(whole);
    bytes[place]! ^= 1;
    await writeFile(path, bytes);
    return readCheckpoint(path).catch(String);
  };
  expect(await flipped(whole.length - 2)).toMatch(/the array "[^"]+" is not as it was written/);
  expect(await flipped(whole.indexOf("lossSum") + 12)).toContain("its state is not as it was");
});

test("equal weights are equal bytes, in whatever order they come", async () => {
  const bytes = async (names: readonly string[]) => {
    const one = at(1);
    const weights = Object.fromEntries(names.map((name) => [name, full([2], name.length)]));
    return readFile(await save({ ...one, snapshot: { ...one.snapshot, weights } }));
  };
  expect(await bytes(["a", "bc"])).toEqual(await bytes(["bc", "a"]));
});

test("a checkpoint cut short is passed over for the one before, and said so", async () => {
  await save(at(1));
  const second = await save(at(2));
  await truncate(second, (await readFile(second)).length - 4);
  const found = await latestCheckpoint(folder);
  expect(found?.checkpoint.step).toBe(1);
  expect(found?.skipped.map(({ path }) => path)).toEqual([second]);
  expect(found?.skipped[0]?.error.message).toContain(
    `The checkpoint ${second} can't be read: it is cut short: tensor "`,
  );
});

test("no checkpoint at all is undefined; none readable is an error", async () => {
  expect(await latestCheckpoint(join(folder, "absent"))).toBe(undefined);
  expect(await latestCheckpoint(folder)).toBe(undefined);
  expect(await bestCheckpoint(folder)).toBe(undefined);
  await writeFile(join(folder, "step-00000005.safetensors"), "nonsense");
  await writeFile(join(folder, "notes.txt"), "not a checkpoint");
  const error = await latestCheckpoint(folder).catch((caught: unknown) => caught);
  expect(isGraftError(error, "checkpoint-corrupt")).toBe(true);
  expect(String(error)).toContain(`None of the 1 checkpoints in ${folder} can be read.`);
});

test("what a killed run left half written is ignored, then cleared away", async () => {
  const half = join(folder, unfinishedName("step-00000001.safetensors"));
  await writeFile(half, "half");
  expect(await latestCheckpoint(folder)).toBe(undefined);
  await save(at(1));
  expect(await readdir(folder)).toEqual(["step-00000001.safetensors"]);
});

test("another safetensors file is not taken for a checkpoint", async () => {
  const path = join(folder, "step-00000001.safetensors");
  const { writeSafetensors } = await import("../weights/safetensors.js");
  await writeFile(path, writeSafetensors({ a: full([1], 0) }));
  await expect(readCheckpoint(path)).rejects.toThrow("its format is undefined");
  await writeFile(path, writeSafetensors({}, { format: "graft-checkpoint-1", state: "{}" }));
  await expect(readCheckpoint(path)).rejects.toThrow("its state is not that of a checkpoint");
});
