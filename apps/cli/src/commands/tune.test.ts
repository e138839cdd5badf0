import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf, makeBackbone, makePictures, scratchFolder } from "../testing.js";
import { tuneCommand } from "./tune.js";

let folder = "";
let given: readonly string[] = [];
let remove: () => Promise<void>;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  const pictures = await makePictures(at("pictures"), 8);
  const backbone = await makeBackbone(at("backbone"));
  given = [pictures, "--backbone", backbone, "--batch-size", "8", "--head-epochs", "1"];
});
afterAll(() => remove());

type Told = { readonly type: string; readonly [key: string]: unknown };

const tune = async (out: string, ...more: readonly string[]) =>
  (await eventsOf(tuneCommand, [...given, "--out", at(out), ...more])) as readonly Told[];

const json = async (...names: string[]) => JSON.parse(await readFile(at(...names), "utf8"));
const jsonLines = async (...names: string[]) =>
  (await readFile(at(...names), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("a grid is tried whole, features are made once, and the best is kept as a run with the trial's score", async () => {
  const events = await tune(
    "grid",
    ...[
      "--epochs",
      "2",
      "--cut",
      "layer1",
      "--grid",
      "lr=0.001,0.03",
      "--grid",
      "layer-decay=0.5,1",
    ],
  );
  const ends = events.filter(({ type }) => type === "trial-end").map(({ trial }) => trial as Told);
  expect(ends.map(({ state, params }) => [state, params])).toEqual([
    ["complete", { lr: 0.001, "layer-decay": 0.5 }],
    ["complete", { lr: 0.001, "layer-decay": 1 }],
    ["complete", { lr: 0.03, "layer-decay": 0.5 }],
    ["complete", { lr: 0.03, "layer-decay": 1 }],
  ]);
  // The training samples' and the validation samples', at the cut and before the head.
  const times = await jsonLines("grid", "times.jsonl");
  expect(times.filter(({ phase }) => phase === "features")).toHaveLength(4);
  expect(times.filter(({ trial, phase }) => phase === "features" && trial > 0)).toEqual([]);
  const end = events.at(-1)!;
  expect(end).toMatchObject({
    type: "tune-end",
    metric: "accuracy",
    complete: 4,
    model: at("grid", "best"),
  });
  const trained = events.find(({ type }) => type === "train-end")!;
  expect([trained.run, trained.accuracy]).toEqual([at("grid", "best"), end.score]);
  const metrics = await jsonLines("grid", "best", "metrics.jsonl");
  const best = ends[end.number as number]!;
  expect(metrics.findLast(({ type }) => type === "epoch-end").metrics.accuracy).toBe(end.score);
  expect((best.values as number[])[0]).toBe(end.score);
  const epochs = metrics.filter(({ type, phase }) => type === "epoch-end" && phase === "tail");
  expect(epochs.map(({ epoch, metrics }) => ({ step: epoch, value: metrics.accuracy }))).toEqual(
    best.reports,
  );
  expect(await json("grid", "best.json")).toMatchObject({ params: end.best, score: end.score });
  expect((await readdir(at("grid"))).toSorted()).toEqual(
    expect.arrayContaining(["best", "best.json", "trials.csv", "trials.jsonl", "tune.json"]),
  );
});
