import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resume } from "../commands/resume.js";
import { train } from "../commands/train.js";
import { collect, lines, makeBackbone, makePictures, scratchFolder } from "../testing.js";
import { foldScoresOf, readFoldScores, spreadText } from "./fold-scores.js";
import { checkFoldOptions } from "./folds.js";
import { resolveOptions } from "./train-options.js";

let [folder, data, backbone] = ["", "", ""];
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  data = await makePictures(join(folder, "pictures"), 6);
  backbone = await makeBackbone(join(folder, "backbone"));
});
afterAll(() => remove());

const at = (...names: string[]): string => join(folder, ...names);
const flags = (out: string) =>
  ({
    data,
    backbone,
    strategy: "probe",
    device: "cpu",
    epochs: 3,
    lr: 0.02,
    folds: 3,
    out: at(out),
  }) as const;

function run(given: Parameters<typeof train>[0], stop?: (event: { type: string }) => boolean) {
  const abort = new AbortController();
  const context = { signal: abort.signal, stdin: (async function* () {})() };
  return collect(
    (async function* () {
      for await (const event of train(given, context)) {
        yield event;
        if (stop?.(event)) abort.abort();
      }
    })(),
  );
}

test("folds score every picture once by a model that did not see it, share features, and end with a model of everything", async () => {
  const events = await run(flags("whole"));
  const extracted = events.filter((event) => event.type === "extract-end");
  expect(extracted.filter(({ cached }) => !cached)).toHaveLength(1);
  expect(extracted.length).toBeGreaterThan(4);
  const ends = events.filter((event) => event.type === "fold-end");
  expect(ends.map(({ fold, count }) => [fold, count])).toEqual([
    [1, 6],
    [2, 6],
    [3, 6],
  ]);

  const said = lines(await readFile(at("whole", "predictions.jsonl"), "utf8"));
  expect(said[0]).toMatchObject({ on: "held-out", count: 18 });
  expect(new Set(said.slice(1).map(({ name }) => name)).size).toBe(18);
  const scores = await readFoldScores(at("whole", "folds.json"));
  expect(scores?.folds.map(({ count }) => count)).toEqual([6, 6, 6]);
  expect(scores?.mean.loss).toBeCloseTo(ends.reduce((sum, { loss }) => sum + loss, 0) / 3, 12);
  expect(events.at(-1)).toMatchObject({ type: "train-end", on: "held-out", count: 18 });
  const card = await readFile(at("whole", "README.md"), "utf8");
  expect(card).toContain("These figures are cross-validated, means of 3 folds");
  expect(card).toContain("trained on all 18 pictures");
  expect(card).toContain(spreadText(scores!, "accuracy"));
  expect(await readFile(at("whole", "report.html"), "utf8")).toContain("Fold by fold");
}, 180_000);

test("stopped in its second fold, a run goes on with it to the same bytes", async () => {
  const second = (event: { type: string; fold?: number }) =>
    event.type === "fold-start" && event.fold === 2;
  let seen = false;
  const inSecond = (event: { type: string }) => {
    seen ||= second(event);
    return seen && event.type === "epoch-end";
  };
  await expect(run(flags("cut"), inSecond)).rejects.toThrow(/Go on with: graft resume/);
  expect(await readdir(at("cut", "folds"))).toEqual(["1", "2"]);
  expect(await readdir(at("cut", "folds", "1"))).not.toContain("checkpoints");

  const signal = new AbortController().signal;
  const events = await collect(resume(at("cut"), { signal, stdin: (async function* () {})() }));
  const steps = events.filter((event) => event.type === "step-end");
  // Two epochs of the second fold are left, three of the third and three of the last training.
  expect(steps).toHaveLength(8);
  const files = ["metrics.jsonl", "predictions.jsonl", "folds.json", "model/model.safetensors"];
  for (const file of [...files, "folds/2/metrics.jsonl", "data.json"]) {
    expect((await readFile(at("cut", file))).equals(await readFile(at("whole", file))), file).toBe(
      true,
    );
  }
  const again = await collect(resume(at("cut"), { signal, stdin: (async function* () {})() }));
  expect(again.at(-1)).toEqual(events.at(-1));
}, 180_000);

test("the figures say so where there is a test part of its own", async () => {
  const parts = at("parts");
  await cp(data, join(parts, "train"), { recursive: true });
  await mkdir(join(parts, "test"), { recursive: true });
  await cp(join(data, "blue"), join(parts, "test", "blue"), { recursive: true });
  for (const name of (await readdir(join(parts, "train", "blue"))).slice(0, 3)) {
    await rm(join(parts, "test", "blue", name));
  }
  const events = await run({ ...flags("tested"), data: parts, folds: 2 });
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "train-end", on: "held-out", count: 15 });
  expect(end).toMatchObject({ folds: { test: { count: 3 } } });
}, 180_000);

test("labels of pictures are folded, too", async () => {
  const rows = ["red", "green", "blue"].flatMap((tint) =>
    [0, 1, 2, 3, 4, 5].map((i) => `${tint}/0${i}.png,${tint}${i % 2 === 0 ? "|even" : ""}`),
  );
  await writeFile(join(data, "labels.csv"), ["path,labels", ...rows, ""].join("\n"));
  const given = {
    ...flags("labels"),
    data: join(data, "labels.csv"),
    task: "multi-label",
  } as const;
  const events = await run({ ...given, folds: 2 });
  expect(events.at(-1)).toMatchObject({ task: "multi-label", on: "held-out", count: 18 });
  const head = async (...path: string[]) =>
    lines(await readFile(at("labels", ...path), "utf8"))[0] as { thresholds: number[] };
  const [one, two] = [
    await head("folds", "1", "predictions.jsonl"),
    await head("folds", "2", "predictions.jsonl"),
  ];
  expect((await head("predictions.jsonl")).thresholds).toEqual(
    one.thresholds.map((each, i) => (each + two.thresholds[i]!) / 2),
  );
}, 180_000);

test("what folds can't keep honest is wrong usage", () => {
  const check = (given: object) =>
    checkFoldOptions(resolveOptions({ data, folds: 3, ...given }, {}, () => "none"));
  expect(() => check({})).not.toThrow();
  expect(() => check({ patience: 2 })).toThrow(/--patience would choose/);
  expect(() => check({ task: "regression" })).not.toThrow();
  expect(() => check({ task: "text", patience: 2 })).toThrow(/by the texts that a fold scores/);
});

test("means, sample deviations, and what only some folds have left out", () => {
  const score = { task: "image", on: "validation", count: 4 } as const;
  const scores = foldScoresOf([
    { ...score, loss: 1, accuracy: 0.5, macroF1: 0.5 },
    { ...score, loss: 3, accuracy: 0.75 },
  ]);
  expect(scores.mean).toEqual({ loss: 2, accuracy: 0.625 });
  expect(scores.deviation.loss).toBeCloseTo(Math.SQRT2, 12);
  expect(spreadText(scores, "accuracy")).toBe("62.5 % ± 17.7");
});
