import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFoldScores } from "../run/fold-scores.js";
import { collect, lines, makeTextBackbone, scratchFolder } from "../testing.js";
import { resume } from "./resume.js";
import { train } from "./train.js";

let [folder, backbone] = ["", ""];
let remove: () => Promise<void>;
const at = (...path: string[]) => join(folder, ...path);

const things = ["film", "book", "song", "play", "tale"];
const reviews = Array.from({ length: 24 }, (_, i) => {
  const label = i % 2 === 0 ? "liked" : "disliked";
  const word = label === "liked" ? "good" : "bad";
  return { text: `a ${word} ${things[i % 5]} of ${things[(i * 7 + 3) % 5]} ${i}`, label };
});
const table = (header: string, cell: (one: (typeof reviews)[number], i: number) => string) =>
  [header, ...reviews.map((one, i) => `${one.text},${cell(one, i)}`), ""].join("\n");

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  backbone = await makeTextBackbone(
    at("backbone"),
    reviews.map(({ text }) => text),
  );
});
afterAll(() => remove());

const context = { signal: new AbortController().signal, stdin: Readable.from([]) };
const flags = (data: string, out: string, more: object = {}) => ({
  device: "cpu" as const,
  data: at(data),
  backbone,
  out: at(out),
  lr: 1e-2,
  epochs: 1,
  batchSize: 8,
  folds: 2,
  keepDuplicates: true,
  ...more,
});
const folded = (data: string, out: string, more: object = {}) =>
  collect(train(flags(data, out, more), context));
const json = async (...path: string[]) => JSON.parse(await readFile(at(...path), "utf8"));

test("every text is scored once by a model that did not see it; a stopped run goes on to the same bytes", async () => {
  await writeFile(
    at("reviews.csv"),
    table("text,label", ({ label }) => label),
  );
  const events = await folded("reviews.csv", "whole");
  const starts = events.filter((event) => event.type === "fold-start");
  expect(starts).toMatchObject([
    { fold: 1, folds: 2, noun: "text", train: 12, held: 12 },
    { fold: 2, folds: 2, noun: "text", train: 12, held: 12 },
  ]);
  expect(events.at(-1)).toMatchObject({ type: "train-end", on: "held-out", count: 24 });
  const said = lines(await readFile(at("whole", "predictions.jsonl"), "utf8"));
  expect(said[0]).toMatchObject({ task: "text", on: "held-out", count: 24 });
  expect(new Set(said.slice(1).map(({ name }) => name)).size).toBe(24);
  expect(said[1]).toHaveProperty("text", reviews[0]!.text);
  const scores = await readFoldScores(at("whole", "folds.json"));
  expect(scores?.folds.map(({ count }) => count)).toEqual([12, 12]);
  expect(await readFile(at("whole", "report.html"), "utf8")).toContain(
    "2 trainings, each scored on the texts that it did not see",
  );

  const abort = new AbortController();
  const stopped = train(flags("reviews.csv", "cut"), { ...context, signal: abort.signal });
  await expect(
    (async () => {
      for await (const event of stopped) {
        if (event.type === "fold-start" && event.fold === 2) abort.abort();
      }
    })(),
  ).rejects.toThrow(/Go on with: graft resume/);
  const rest = await collect(resume(at("cut"), context));
  expect(rest.at(-1)).toMatchObject({ type: "train-end", on: "held-out", count: 24 });
  for (const file of [
    "metrics.jsonl",
    "predictions.jsonl",
    "folds.json",
    "model/model.safetensors",
  ]) {
    const [one, other] = [await readFile(at("cut", file)), await readFile(at("whole", file))];
    expect(one.equals(other), file).toBe(true);
  }
}, 180_000);

test("labels and numbers: thresholds are the folds' means, the scale is that of all texts", async () => {
  await writeFile(
    at("labels.csv"),
    table("text,labels", ({ text, label }) => `${label}${/film/.test(text) ? "|film" : ""}`),
  );
  await folded("labels.csv", "labels", { task: "text-labels" });
  const head = async (...path: string[]) =>
    lines(await readFile(at("labels", ...path, "predictions.jsonl"), "utf8"))[0] as {
      thresholds: number[];
    };
  const [one, two] = [await head("folds", "1"), await head("folds", "2")];
  const { thresholds } = await json("labels", "model", "config.json");
  expect(thresholds).toEqual(one.thresholds.map((each, i) => (each + two.thresholds[i]!) / 2));
  expect(await readFile(at("labels", "report.html"), "utf8")).toContain(
    "thresholds were chosen on what it scores",
  );

  await writeFile(
    at("stars.csv"),
    table("text,stars", (_, i) => `${i}`),
  );
  const events = await folded("stars.csv", "stars", { targets: ["stars"], task: "text-numbers" });
  expect(events.at(-1)).toMatchObject({ task: "text-numbers", on: "held-out", count: 24 });
  const { target_mean: mean } = await json("stars", "model", "config.json");
  expect(mean[0]).toBeCloseTo(11.5, 5);
}, 180_000);

test("tags of words, and questions by their articles", async () => {
  const words = reviews.map(({ text }) =>
    text
      .split(" ")
      .map((word) => `${word}\t${things.includes(word) ? "B-Work" : "O"}\n`)
      .join(""),
  );
  await writeFile(at("words.conll"), words.join("\n"));
  const tags = await folded("words.conll", "words", { task: "tokens" });
  expect(tags.at(-1)).toMatchObject({ task: "tokens", on: "held-out", count: 24 });
  expect(tags.at(-1)).toHaveProperty("folds.mean.f1");

  const paragraphs = reviews.map(({ text }, i) => {
    const [, , thing = ""] = text.split(" ");
    const answers = i % 4 === 0 ? [] : [{ text: thing, answer_start: text.indexOf(thing) }];
    const qas = [{ id: `q${i}`, question: "what is it", answers, is_impossible: i % 4 === 0 }];
    return { context: text, qas };
  });
  const articles = Array.from({ length: 8 }, (_, article) => ({
    title: `article ${article}`,
    paragraphs: paragraphs.filter((__, i) => i % 8 === article),
  }));
  await writeFile(at("squad.json"), JSON.stringify({ version: "v2.0", data: articles }));
  const answers = await folded("squad.json", "asked", { task: "qa" });
  expect(answers.at(-1)).toMatchObject({ task: "qa", on: "held-out", count: 24 });
  const { split } = (await json("asked", "data.json")) as { split: { folds: string[][] } };
  const groupOf = (name: string) => Number(/\d+/.exec(name.split(/[#:]/).at(-1)!)![0]) % 8;
  const sides = split.folds.map((names) => new Set(names.map(groupOf)));
  expect([...sides[0]!].filter((article) => sides[1]!.has(article))).toEqual([]);
  expect(await json("asked", "model", "config.json")).toHaveProperty("no_answer_threshold");
}, 180_000);
