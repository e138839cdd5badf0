import { appendFile, copyFile, mkdir, readdir, readFile } from "node:fs/promises";
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

test("a pruner stops trainings by their epochs, and what was stopped is not trained on", async () => {
  const events = await tune(
    "pruned",
    ...[
      "--strategy",
      "probe",
      "--epochs",
      "8",
      "--no-retrain",
      "--pruner",
      "asha",
      "--window",
      "1",
    ],
    ...["--grid", "lr=0.03,1e-9,1e-8"],
  );
  const ends = events.filter(({ type }) => type === "trial-end").map(({ trial }) => trial as Told);
  const epochs = ends.map(({ state, reports }) => [state, (reports as unknown[]).length]);
  expect(epochs[0]).toEqual(["complete", 8]);
  for (const [state, told] of epochs.slice(1)) {
    expect(state).toBe("pruned");
    expect(told).toBeLessThan(8);
  }
  expect(events.at(-1)).toMatchObject({ best: { lr: 0.03 }, complete: 1, pruned: 2, model: null });
});

test("a trial that fails is recorded and the search goes on; where all fail, the first reason is told", async () => {
  const few = ["--strategy", "probe", "--epochs", "1", "--no-retrain", "--seed", "1"];
  const [first = "", ...others] = given;
  const with_ = async (out: string, backbones: string) =>
    (await eventsOf(tuneCommand, [
      first,
      ...others.slice(2),
      ...few,
      ...["--grid", `backbone=${backbones}`, "--out", at(out)],
    ])) as readonly Told[];
  const events = await with_("failed", `"${at("backbone")}","${at("none")}"`);
  const end = events.at(-1);
  expect(end).toMatchObject({ complete: 1, failed: 1, best: { backbone: at("backbone") } });
  await expect(with_("all-failed", `"${at("none")}"`)).rejects.toThrow(
    /^No trial came to its end: 1 of 1 trials failed, the first one with: .*none/,
  );
});

test("what can't be searched is told by name before anything is read", async () => {
  const refused = async (...more: readonly string[]) => {
    const error = await tune("refused", ...more).catch((one: Error) => one.message);
    return String(error);
  };
  expect(await refused("--param", "rate=0..1")).toMatch(
    /^The parameter rate is no option of graft train\. /,
  );
  expect(await refused("--param", "seed=0..3")).toMatch(
    /^The parameter seed is the same for all trials\. /,
  );
  expect(await refused("--param", "lr=-1..1")).toBe(
    "The parameter lr can't be -1: It must be a number above 0.",
  );
  expect(await refused("--param", "accumulate=1..6:float")).toMatch(
    /^The parameter accumulate can't be \d+\.\d+: It must be a whole number from 1\.$/,
  );
  expect(await refused("--param", "strategy=probe,tune")).toMatch(
    /^The parameter strategy can't be "tune": Allowed choices are probe, /,
  );
  expect(await refused("--param", "lr=find")).toMatch(/^The parameter lr can't be "find": /);
  expect(await refused("--param", "decay-to-start=1,2")).toMatch(/: it is true or false\.$/);
  expect(await refused("--param", "cut=stem,layer9")).toMatch(
    /^The parameter cut can't be layer9: the model "resnet_cifar" has the cuts stem, /,
  );
  expect(await refused("--param", "lr=1e-3,1e-2", "--lr", "1e-3")).toMatch(
    /--lr 0\.001 gives it a value/,
  );
  expect(await refused("--param", "max-length=32,64")).toMatch(
    /^A trial with --max-length \d+ can't be: --max-length is for texts/,
  );
  expect(await refused("--pruner", "best")).toMatch(/^--pruner best is none of none, median, /);
  expect(await refused("--workers", "5")).toMatch(/^--workers 5 is more than --window 4: /);
  expect(await refused("--time", "soon")).toMatch(
    /It must be a time such as 90s, 10min or 1h30min\.$/,
  );
  expect(await refused("--folds", "3")).toMatch(/^--folds is for graft train/);
  expect(await readdir(folder)).not.toContain("refused");
});

test("a folder goes on with its own search alone, and with more trials", async () => {
  const search = [
    "--strategy",
    "probe",
    "--epochs",
    "1",
    "--no-retrain",
    "--param",
    "lr=1e-3..1e-1:log",
  ];
  const before = await tune("more", ...search, "--trials", "2");
  const after = await tune("more", ...search, "--trials", "3");
  const ends = (events: readonly Told[]) =>
    events.filter(({ type }) => type === "trial-end").map(({ trial }) => trial);
  expect(ends(after).slice(0, 2)).toEqual(ends(before));
  expect(after.flatMap((event) => (event.type === "trial-end" ? [event.from] : []))).toEqual([
    "journal",
    "journal",
    "here",
  ]);
  const other = async (...more: readonly string[]) =>
    String(await tune("more", ...search, ...more).catch((one: Error) => one.message));
  expect(await other("--seed", "7")).toMatch(/holds a search with seed 0, and this one has 7\. /);
  expect(await other("--param", "warmup=0..0.5")).toMatch(
    /with parameter warmup none, and this one has /,
  );
  expect(await other("--weight-decay", "0.1")).toMatch(
    /with weightDecay none, and this one has 0\.1/,
  );
  expect(await other("--sampler", "random")).toMatch(
    /with sampler "tpe", and this one has "random"/,
  );
});

test("what a kill cut off in the middle of a line is left out", async () => {
  const search = ["--strategy", "probe", "--epochs", "1", "--no-retrain", "--grid", "lr=0.01,0.02"];
  await tune("torn", ...search);
  await appendFile(at("torn", "events.jsonl"), '{"type":"trial-st');
  expect((await tune("torn", ...search)).at(-1)).toMatchObject({ type: "tune-end", complete: 2 });
  expect((await jsonLines("torn", "events.jsonl")).at(-1)).toMatchObject({ type: "search-end" });
});

test("without parameters it searches what most often matters, and tells it", async () => {
  const events = await tune(
    "usual",
    "--trials",
    "1",
    "--epochs",
    "1",
    "--lr",
    "0.01",
    "--no-retrain",
  );
  expect(events.find(({ type }) => type === "tune-start")).toMatchObject({
    isDefault: true,
    parameters: ["weight-decay=0.001..0.3:log", "layer-decay=0.5..1", "label-smoothing=0,0.1"],
  });
});

test("heads in closed form have no epochs, and are scored once", async () => {
  const few = ["--strategy", "few-shot", "--views", "2", "--no-retrain", "--sampler", "grid"];
  const events = await tune("few-shot", ...few);
  expect(events.find(({ type }) => type === "tune-start")).toMatchObject({
    parameters: ["shots-head=discriminant,prototype,cosine"],
  });
  const ends = events.filter(({ type }) => type === "trial-end").map(({ trial }) => trial as Told);
  expect(ends.map(({ state, reports }) => [state, reports])).toEqual(
    ends.map(() => ["complete", []]),
  );
  expect(events.at(-1)).toMatchObject({ complete: 3, score: 1 });
});

test("with a target trials are scored by how sure and different their answers are, epoch by epoch, without its labels", async () => {
  const labelled = await makePictures(at("elsewhere"), 6);
  const target = at("unlabelled");
  await mkdir(target);
  for (const name of await readdir(labelled)) {
    for (const file of await readdir(join(labelled, name))) {
      await copyFile(join(labelled, name, file), join(target, `${name}-${file}`));
    }
  }
  const asked = (at: string) => [
    ...["--strategy", "probe", "--epochs", "2", "--no-retrain", "--pruner", "asha"],
    ...["--grid", "lr=0.03,1e-9", "--target", at],
  ];
  const events = await tune("targeted", ...asked(target));
  expect(events.find(({ type }) => type === "tune-start")).toMatchObject({
    ...{ metric: "information", direction: "maximize", target },
    samples: { target: (await readdir(target)).length },
  });
  const ends = events.filter(({ type }) => type === "trial-end").map(({ trial }) => trial as Told);
  const first = ends[0] as Told & { values: number[]; reports: { value: number }[] };
  expect(first.reports).toHaveLength(2);
  expect(first.values[0]).toBe(first.reports.at(-1)!.value);
  expect(first.values[0]).toBeGreaterThan(0);
  expect(events.at(-1)).toMatchObject({
    metric: "information",
    score: Math.max(...ends.flatMap(({ values }) => values as number[])),
  });
  // Labels change nothing.
  const told = await tune("targeted-labelled", ...asked(labelled));
  expect(told.at(-1)!.score).toBe(events.at(-1)!.score);
  // What has no epochs is scored in the end.
  const few = ["--strategy", "few-shot", "--no-retrain", "--target", target];
  const end = (
    await tune("targeted-few", ...few, "--grid", "shots-head=discriminant,prototype")
  ).at(-1);
  expect(end).toMatchObject({ metric: "information", failed: 0 });

  await appendFile(
    join(target, "more.png"),
    await readFile(join(target, (await readdir(target))[0]!)),
  );
  await expect(tune("targeted", ...asked(target))).rejects.toThrow(
    /^The target \(.*unlabelled\) is no longer the one that the search began with\./,
  );
  await expect(tune("no", ...asked(target), "--patience", "2")).rejects.toThrow(/^--patience /);
});
