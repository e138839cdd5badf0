import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf, makeTextBackbone, scratchFolder } from "../testing.js";
import { tuneCommand } from "./tune.js";

let folder = "";
let backbone = "";
let remove: () => Promise<void>;
const at = (...names: string[]): string => join(folder, ...names);

const things = ["film", "book", "song", "play", "tale", "meal"];
const reviews = things.flatMap((thing, i) =>
  ["good", "great", "bad", "awful"].map((word, j) => ({
    text: `a ${word} ${thing} of ${things[(i + j + 1) % 6]}`,
    label: j < 2 ? "liked" : "disliked",
    stars: j < 2 ? 4 + (i % 2) : 1 + (i % 2),
  })),
);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  backbone = await makeTextBackbone(
    at("backbone"),
    reviews.map(({ text }) => text),
  );
  const table = (head: string, row: (one: (typeof reviews)[number]) => string) =>
    [head, ...reviews.map(row), ""].join("\n");
  await writeFile(
    at("reviews.csv"),
    table("text,label", ({ text, label }) => `${text},${label}`),
  );
  await writeFile(
    at("stars.csv"),
    table("text,stars", ({ text, stars }) => `${text},${stars}`),
  );
});
afterAll(() => remove());

const tune = (data: string, out: string, ...more: readonly string[]) =>
  eventsOf(tuneCommand, [
    ...[at(data), "--backbone", backbone, "--out", at(out), "--batch-size", "8"],
    ...["--epochs", "2", "--keep-duplicates", "--no-retrain", ...more],
  ]);

test("classes of texts are searched by accuracy, with what texts most often want", async () => {
  const events = await tune("reviews.csv", "classes", "--trials", "2");
  expect(events.find(({ type }) => type === "tune-start")).toMatchObject({
    metric: "accuracy",
    direction: "maximize",
    // The width of 16 makes the usual rate the largest there is.
    parameters: [
      "lr=0.00003..0.003:log",
      "weight-decay=0.001..0.3:log",
      "layer-decay=0.5..1",
      "label-smoothing=0,0.1",
    ],
  });
  expect(events.at(-1)).toMatchObject({ type: "tune-end", complete: 2, failed: 0 });
});

test("numbers are searched by their mean error, and less of it is better", async () => {
  const numbers = ["--task", "text-numbers", "--targets", "stars"];
  const events = await tune("stars.csv", "numbers", ...numbers, "--grid", "lr=0.01,1e-8");
  expect(events.find(({ type }) => type === "tune-start")).toMatchObject({
    metric: "mae",
    direction: "minimize",
  });
  const scores = events.flatMap((event) => {
    const { trial } = event as unknown as { trial?: { state: string; values: number[] } };
    return event.type === "trial-end" ? [trial!.values[0]!] : [];
  });
  expect(events.at(-1)).toMatchObject({ complete: 2, score: Math.min(...scores) });
});
