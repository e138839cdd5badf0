import { cp } from "node:fs/promises";
import { join } from "node:path";
import { preprocessStyle } from "@graft-ml/vision";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePictures, scratchFolder } from "../testing.js";
import type { DataCheckEvent } from "./data-check.js";
import { datasetFingerprint } from "./fingerprint.js";
import { type ReadData, readData } from "./prepare.js";
import { groupPattern } from "./split.js";
import { resolveOptions } from "./train-options.js";

let [folder, data] = ["", ""];
let remove: () => Promise<void>;
const preprocess = preprocessStyle("torch", { size: [16, 16] });
const signal = new AbortController().signal;

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  data = await makePictures(join(folder, "pictures"), 6);
  // One file under three names, and once more under a class that it does not belong to.
  for (const copy of ["blue/copy-1.png", "blue/copy-2.png", "red/copy-3.png"]) {
    await cp(join(data, "blue", "00.png"), join(data, copy));
  }
});
afterAll(() => remove());

type Given = Parameters<typeof resolveOptions>[0];

async function read(given: Given, kept?: ReadData["check"]) {
  const options = resolveOptions({ data, ...given }, {}, () => "none");
  const events: { type: string }[] = [];
  const reading = readData(options, { input: { modality: "pictures", preprocess }, signal, kept });
  for (;;) {
    const { done, value } = await reading.next();
    if (done) return { ...value, events, print: datasetFingerprint(value.dataset, value.names) };
    events.push(value);
  }
}
const found = (events: readonly { type: string }[]) =>
  events.find(({ type }) => type === "copies-found") as
    | Extract<DataCheckEvent, { type: "copies-found" }>
    | undefined;

test("copies stay on one side whatever the seed, and are told", async () => {
  for (const seed of [0, 1, 2]) {
    const { check, events, dataset } = await read({ seed });
    const own = check.copies.find(({ samples }) =>
      samples.some(({ name }) => name === "blue/copy-1.png"),
    )!;
    expect(own.samples.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "blue/00.png",
        "blue/copy-1.png",
        "blue/copy-2.png",
        "red/copy-3.png",
      ]),
    );
    expect(own).toMatchObject({ acrossParts: false, acrossClasses: true });
    expect(new Set(own.samples.map(({ part }) => part)).size).toBe(1);
    expect(found(events)).toMatchObject({ acrossParts: 0, leftOut: 0, together: true });
    expect(dataset.train.length + dataset.validation.length).toBe(21);
  }
});

test("a kept split is the same split, without a search", async () => {
  for (const given of [{}, { keepDuplicates: true, seed: 3 }, { groupBy: "^(\\d\\d)" }]) {
    const first = await read(given);
    const again = await read(given, JSON.parse(JSON.stringify(first.check)));
    expect(again.print).toBe(first.print);
    expect(again.check).toEqual(first.check);
    expect(found(again.events)).toBeUndefined();
  }
});

test("training pictures that a given part knows are left out, unless copies are to stay", async () => {
  const parts = join(folder, "parts");
  await cp(data, join(parts, "train"), { recursive: true });
  await cp(join(data, "green", "00.png"), join(parts, "test", "green", "x.png"));
  await cp(join(data, "blue", "00.png"), join(parts, "val", "blue", "y.png"));
  const honest = await read({ data: parts });
  const reasons = new Map(honest.check.split.leftOut.map(({ name, reason }) => [name, reason]));
  expect(reasons.get("train/green/00.png")).toBe("a copy of test/green/x.png in the test set");
  expect(reasons.get("train/red/copy-3.png")).toBe(
    "a copy of val/blue/y.png in the validation set",
  );
  expect(honest.check.split.validation).toBeNull();
  expect(honest.check.skipped).toEqual([]);
  expect(found(honest.events)).toMatchObject({ acrossParts: 0, leftOut: reasons.size });
  const again = await read({ data: parts }, honest.check);
  expect(again.print).toBe(honest.print);

  const kept = await read({ data: parts, keepDuplicates: true });
  expect(kept.dataset.train).toHaveLength(21);
  expect(found(kept.events)).toMatchObject({ leftOut: 0, together: false });
  expect(found(kept.events)?.acrossParts).toBeGreaterThan(0);
});

test("a pattern that is none is wrong usage", () => {
  expect(() => groupPattern("(")).toThrow(expect.objectContaining({ code: "usage" }));
  expect(groupPattern(null)).toEqual({});
});
