import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf, makePictures, makeTextBackbone, scratchFolder } from "../testing.js";
import { evalCommand } from "./eval.js";
import { exportCommand } from "./export.js";
import { predictCommand } from "./predict.js";
import { resumeCommand } from "./resume.js";
import { trainCommand } from "./train.js";

let [folder, backbone] = ["", ""];
let remove: () => Promise<void>;
const at = (...path: string[]) => join(folder, ...path);

const praise = ["good", "great", "lovely", "fine", "superb", "grand"];
const blame = ["bad", "awful", "dull", "poor", "sad", "weak"];
const things = ["film", "book", "song", "play", "tale"];
const reviews = things.flatMap((thing, i) =>
  praise.flatMap((word, j) => [
    { text: `a ${word} ${thing} of ${things[(i + j + 1) % 5]}`, label: "liked" },
    { text: `a ${blame[j]} ${thing} of ${things[(i + 2 * j + 2) % 5]}`, label: "disliked" },
  ]),
);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  backbone = await makeTextBackbone(
    at("backbone"),
    reviews.map(({ text }) => text),
  );
  const table = (header: string, row: (one: (typeof reviews)[number], i: number) => string) =>
    [header, ...reviews.map(row), ""].join("\n");
  await writeFile(
    at("reviews.csv"),
    table("text,label", ({ text, label }) => `${text},${label}`),
  );
  await writeFile(
    at("labels.csv"),
    table(
      "text,labels",
      ({ text, label }) => `${text},${label}${/film/.test(text) ? "|film" : ""}`,
    ),
  );
  await writeFile(
    at("stars.csv"),
    table("text,stars", ({ text, label }, i) => `${text},${(label === "liked" ? 4 : 1) + (i % 2)}`),
  );
  await writeFile(
    at("words.conll"),
    reviews
      .map(({ text }) =>
        text
          .split(" ")
          .map((word) => `${word}\t${things.includes(word) ? "B-Work" : "O"}\n`)
          .join(""),
      )
      .join("\n"),
  );
});
afterAll(() => remove());

const json = async (...path: string[]) => JSON.parse(await readFile(at(...path), "utf8"));
const training = (data: string, out: string, ...more: readonly string[]) =>
  eventsOf(trainCommand, [
    at(data),
    ...["--backbone", backbone, "--out", at(out), "--lr", "1e-2", "--batch-size", "8"],
    ...["--keep-duplicates", ...more],
  ]);

test("a table of texts: trained, scored, asked in every way, exported, gone on with", async () => {
  const events = await training("reviews.csv", "reviews", "--epochs", "10");
  expect(events[0]).toMatchObject({ type: "task-chosen", task: "text" });
  expect(events.find(({ type }) => type === "data-note")).toHaveProperty("note");
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "train-end", task: "text", on: "validation", count: 12 });
  expect(end).toHaveProperty("accuracy", 1);
  expect(await json("reviews", "model", "config.json")).toMatchObject({
    architectures: ["BertForSequenceClassification"],
    id2label: { 0: "disliked", 1: "liked" },
    pooling: "mean",
    problem_type: "single_label_classification",
  });
  expect(await json("reviews", "model", "tokenizer_config.json")).toMatchObject({
    model_max_length: 32,
  });
  const report = await readFile(at("reviews", "report.html"), "utf8");
  expect(report).toContain("Tells 2 classes of texts apart");
  expect(report).not.toContain("preprocessor_config.json");

  const measured = (await eventsOf(evalCommand, [at("reviews"), at("reviews.csv")])).at(-1);
  expect(measured).toMatchObject({ type: "eval-end", task: "text", count: 60, accuracy: 1 });

  const labels = (told: Awaited<ReturnType<typeof eventsOf>>) =>
    told.flatMap((event) => ("label" in event ? [event.label] : []));
  expect(
    labels(await eventsOf(predictCommand, [at("reviews"), "a superb play", "a sad song"])),
  ).toEqual(["liked", "disliked"]);
  const piped = await eventsOf(predictCommand, [at("reviews")], "a fine tale\n\na weak book\n");
  expect(labels(piped)).toEqual(["liked", "disliked"]);
  const all = await eventsOf(predictCommand, [at("reviews"), at("reviews.csv")]);
  expect(labels(all)).toEqual(reviews.map(({ label }) => label));

  const exported = await eventsOf(exportCommand, [
    at("reviews"),
    ...["--format", "transformers", "--out", at("client")],
  ]);
  expect(exported.at(-1)).toMatchObject({ type: "export-end", samples: { kind: "texts" } });
  expect(await json("client", "config.json")).toMatchObject({ model_type: "bert" });
  await eventsOf(exportCommand, [at("reviews"), "--format", "safetensors", "--out", at("copy")]);
  const copied = await eventsOf(predictCommand, [at("copy"), "a superb play"]);
  expect(labels(copied)).toEqual(["liked"]);
  expect((await eventsOf(resumeCommand, [at("reviews")])).at(-1)).toEqual(end);
});

test("several labels, and numbers, of texts", async () => {
  const labels = await training("labels.csv", "labels");
  expect(labels[0]).toMatchObject({ task: "text-labels" });
  expect(labels.at(-1)).toHaveProperty("meanAveragePrecision");
  const told = await eventsOf(predictCommand, [at("labels"), "a superb film"]);
  expect(told.find(({ type }) => type === "prediction")).toHaveProperty("labels");

  const numbers = await training("stars.csv", "stars", "--targets", "stars");
  expect(numbers[0]).toMatchObject({ task: "text-numbers" });
  expect(numbers.at(-1)).toHaveProperty("mae");
  const counted = await eventsOf(predictCommand, [at("stars"), "a superb film"]);
  expect(counted.find(({ type }) => type === "prediction")).toHaveProperty("values.stars");
  const measured = await eventsOf(evalCommand, [at("stars"), at("stars.csv")]);
  expect(measured.at(-1)).toMatchObject({ task: "text-numbers", count: 60 });
});

test("words with tags: entities are trained on, told by place, scored and exported", async () => {
  const events = await training("words.conll", "words", "--task", "tokens");
  expect(events.at(-1)).toMatchObject({ type: "train-end", task: "tokens", f1: 1 });
  const [prediction] = (
    await eventsOf(predictCommand, [at("words"), "a fine Film of play"])
  ).filter(({ type }) => type === "prediction");
  expect(prediction).toMatchObject({
    entities: [
      { text: "Film", type: "Work", start: 7, end: 11 },
      { text: "play", type: "Work", start: 15, end: 19 },
    ],
  });
  const measured = (await eventsOf(evalCommand, [at("words"), at("words.conll")])).at(-1);
  expect(measured).toMatchObject({ f1: 1, entities: [{ type: "Work", support: 120 }] });
  expect(await readFile(at("words", "report.html"), "utf8")).toContain("Type by type");
  const exported = await eventsOf(exportCommand, [
    at("words"),
    ...["--format", "transformers", "--out", at("tagger")],
  ]);
  expect(exported.at(-1)).toMatchObject({ type: "export-end", format: "transformers" });
});

test("questions: answers that stand in the text are trained on, told by place, scored and exported", async () => {
  const paragraphs = reviews.map(({ text }, i) => {
    const [, , thing = ""] = text.split(" ");
    const answer = { text: thing, answer_start: text.indexOf(thing) };
    return { context: text, qas: [{ id: `q${i}`, question: "what is it", answers: [answer] }] };
  });
  await writeFile(
    at("squad.json"),
    JSON.stringify({
      version: "1.1",
      // Questions of one article stay on one side of the split.
      data: Array.from({ length: 10 }, (_, at) => ({
        title: `article ${at}`,
        paragraphs: paragraphs.filter((__, i) => i % 10 === at),
      })),
    }),
  );
  const events = await training("squad.json", "asked", "--task", "qa", "--epochs", "12");
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "train-end", task: "qa", exact: 1, f1: 1 });
  expect(await json("asked", "model", "config.json")).toMatchObject({
    architectures: ["BertForQuestionAnswering"],
  });
  const asked = await eventsOf(predictCommand, [at("asked"), "what is it\ta lovely song of play"]);
  expect(asked.find(({ type }) => type === "prediction")).toMatchObject({
    answer: "song",
    start: 9,
    end: 13,
  });
  await expect(eventsOf(predictCommand, [at("asked"), "what is it"])).rejects.toThrow("with a tab");
  const measured = (await eventsOf(evalCommand, [at("asked"), at("squad.json")])).at(-1);
  expect(measured).toMatchObject({ task: "qa", exact: 1, f1: 1 });
  const exported = await eventsOf(exportCommand, [
    at("asked"),
    ...["--format", "transformers", "--out", at("answerer")],
  ]);
  expect(exported.at(-1)).toMatchObject({ type: "export-end", samples: { kind: "texts" } });
  expect((await eventsOf(resumeCommand, [at("asked")])).at(-1)).toEqual(end);
});

test("where no backbone is named, the zoo's for texts learns, as far as its positions go", async () => {
  const options = ["--epochs", "1", "--out", at("embedded")];
  const events = await eventsOf(trainCommand, [at("reviews.csv"), ...options]);
  expect(events.at(-1)).toMatchObject({ type: "train-end", task: "text" });
  const config = await json("embedded", "config.json");
  expect(config).toMatchObject({ options: { backbone: "bert-2x192" } });
  expect(await json("embedded", "model", "tokenizer_config.json")).toMatchObject({
    model_max_length: 128,
  });
});

test("what texts can't do is said, with what to do", async () => {
  await expect(training("reviews.csv", "x", "--mixup", "0.2")).rejects.toThrow(
    "--mixup is for pictures, and the data are texts. Leave it out.",
  );
  await expect(training("reviews.csv", "x", "--max-length", "99")).rejects.toThrow(
    "takes: 32 tokens. Give at most as many.",
  );
  await expect(training("squad.json", "x", "--task", "qa", "--text", "context")).rejects.toThrow(
    "--text names a column of a table, and files of --task qa have none",
  );
  await makePictures(at("pictures"), 2);
  await expect(training("pictures", "x")).rejects.toThrow("needs one for pictures");
  await expect(training("pictures", "x", "--max-length", "9")).rejects.toThrow(
    "--max-length is for texts, and the data are pictures. Leave it out.",
  );
  await expect(
    eventsOf(exportCommand, [at("reviews"), "--format", "tfjs", "--out", at("tfjs")]),
  ).rejects.toThrow("--format tfjs is for networks that see pictures");
});

test("broken rows are left out and told with their lines; strict makes them an error", async () => {
  const lines = (await readFile(at("reviews.csv"), "utf8")).split("\n");
  await writeFile(at("broken.csv"), [...lines.slice(0, 41), ",liked", 'a "fine', ""].join("\n"));
  const events = await training("broken.csv", "broken");
  const skipped = events.filter(({ type }) => type === "text-skipped");
  expect(skipped).toHaveLength(2);
  expect(skipped[0]).toMatchObject({ reason: expect.stringContaining("has no text") });
  expect(events.at(-1)).toMatchObject({ type: "train-end" });
  await expect(training("broken.csv", "strict", "--strict")).rejects.toThrow(
    /^broken\.csv:42: has no text/,
  );
});

test("a label of the test alone, a broken tag and a loss that is no number are told", async () => {
  await mkdir(at("parted"));
  await cp(at("reviews.csv"), at("parted", "train.csv"));
  await writeFile(at("parted", "test.csv"), "text,label\na fine film,mixed\n");
  await expect(training("parted", "x")).rejects.toThrow('test.csv:2 has the label "mixed"');

  await writeFile(at("broken.conll"), "a\tO\nfine\tB-\nfilm\tB-Work\n\n");
  await expect(training("broken.conll", "x", "--task", "tokens")).rejects.toThrow(
    'broken.conll:2 has "B-"',
  );

  await expect(training("reviews.csv", "nan", "--lr", "1e9")).rejects.toThrow(/lower|ten times/);
  expect(await readFile(at("nan", "config.json"), "utf8")).toContain("reviews.csv");
});
