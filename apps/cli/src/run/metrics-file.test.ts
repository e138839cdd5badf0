import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FineTuneEvent } from "@graft-ml/core";
import { expect, onTestFinished, test } from "vitest";
import { openMetrics } from "./metrics-file.js";

const step = (number: number): FineTuneEvent => ({
  type: "step-end",
  phase: "head",
  epoch: 1,
  step: number,
  steps: 3,
  loss: 1 / number,
  metrics: {},
  gradNorm: 1,
  samplesPerSecond: Math.random(),
  secondsLeft: Math.random(),
});

test("going on from a checkpoint's place gives the bytes of a run that never stopped", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-metrics-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [whole, cut] = [join(folder, "whole"), join(folder, "cut")];
  const first = await openMetrics(whole, 0);
  for (const number of [1, 2, 3]) await first.write(step(number));
  await first.write({ type: "phase-start", phase: "tail" });
  await first.close();

  const begun = await openMetrics(cut, 0);
  await begun.write(step(1));
  const place = await begun.flush();
  await begun.write(step(2));
  await begun.close();
  await expect(openMetrics(cut, 10_000)).rejects.toThrow("when the checkpoint was saved. Put");
  const resumed = await openMetrics(cut, place);
  for (const number of [2, 3]) await resumed.write(step(number));
  await resumed.close();

  const text = await readFile(whole, "utf8");
  expect(await readFile(cut, "utf8")).toBe(text);
  expect(
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).step),
  ).toEqual([1, 2, 3]);
});
