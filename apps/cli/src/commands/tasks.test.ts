import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventsOf, makeBackbone, makePictures, scratchFolder } from "../testing.js";
import { evalCommand } from "./eval.js";
import { exportCommand } from "./export.js";
import { predictCommand } from "./predict.js";
import { trainCommand } from "./train.js";

let [folder, backbone] = ["", ""];
let remove: () => Promise<void>;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await makePictures(at("pictures"), 6);
  backbone = await makeBackbone(at("backbone"));
  const rows = (of: (tint: string, i: number) => string) =>
    ["red", "green", "blue"].flatMap((tint) =>
      Array.from({ length: 6 }, (_, i) => `pictures/${tint}/0${i}.png,${of(tint, i)}`),
    );
  const labels = { red: "warm", green: "plant|loud", blue: "" };
  const text = (header: string, of: (tint: string, i: number) => string) =>
    [header, ...rows(of), ""].join("\n");
  await writeFile(
    at("labels.csv"),
    text("path,labels", (tint) => labels[tint as keyof typeof labels]),
  );
  await writeFile(
    at("values.csv"),
    text("path,x,y", (tint, i) => `${tint === "red" ? 300 : 100},${i}`),
  );
});
afterAll(() => remove());

const run = (command: Parameters<typeof eventsOf>[0], ...args: readonly string[]) =>
  eventsOf(command, args);

const json = async (...path: string[]) => JSON.parse(await readFile(at(...path), "utf8"));
const training = (data: string, out: string) => [
  at(data),
  ...["--backbone", backbone, "--out", at(out), "--epochs", "4", "--patience", "3"],
  "--keep-duplicates",
];

test("several labels a picture: trained, scored, told, exported", async () => {
  const events = await run(
    trainCommand,
    ...training("labels.csv", "labels"),
    "--balance",
    "weights",
  );
  expect(events[0]).toMatchObject({ type: "task-chosen", task: "multi-label" });
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "train-end", task: "multi-label", on: "validation" });
  expect(end).toHaveProperty("meanAveragePrecision");
  const config = await json("labels", "model", "config.json");
  expect(config).toMatchObject({
    classes: ["loud", "plant", "warm"],
    problem_type: "multi_label_classification",
    num_classes: 3,
  });
  expect(config.thresholds).toHaveLength(3);
  const report = await readFile(at("labels", "report.html"), "utf8");
  for (const title of ["Label by label", "Labels together", "How often labels hold"]) {
    expect(report).toContain(title);
  }

  const measured = (await run(evalCommand, at("labels"), at("labels.csv"))).at(-1);
  expect(measured).toMatchObject({ type: "eval-end", count: 18, skipped: 0 });
  expect(measured).toHaveProperty("labels.0.averagePrecision");
  const picture = at("pictures", "red", "00.png");
  const [, , prediction] = await run(predictCommand, at("labels"), picture, "--top", "3");
  expect(prediction).toMatchObject({ type: "prediction", input: picture });
  expect(prediction).toHaveProperty("top.2.label");

  await run(exportCommand, at("labels"), "--format", "onnx", "--out", at("onnx"));
  expect(await json("onnx", "config.json")).toMatchObject({
    problem_type: "multi_label_classification",
    thresholds: config.thresholds,
  });
});

test("numbers: trained on the columns that are named, plain in every place", async () => {
  const events = await run(trainCommand, ...training("values.csv", "values"), "--targets", "x,y");
  expect(events[0]).toMatchObject({ type: "task-chosen", task: "regression" });
  const end = events.at(-1);
  expect(end).toMatchObject({ type: "train-end", task: "regression", on: "validation" });
  const config = await json("values", "model", "config.json");
  expect(config).toMatchObject({ classes: ["x", "y"], problem_type: "regression" });
  expect(config.target_mean[0]).toBeGreaterThan(120);
  const report = await readFile(at("values", "report.html"), "utf8");
  expect(report).toContain("Predicted and true");

  const picture = at("pictures", "red", "00.png");
  const [, , prediction] = await run(predictCommand, at("values"), picture);
  expect(prediction).toHaveProperty("values.x");
  const { values } = prediction as unknown as { values: { x: number } };
  expect(values.x).toBeGreaterThan(50);
  expect((await run(evalCommand, at("values"), at("values.csv"))).at(-1)).toHaveProperty("mae");
  await run(exportCommand, at("values"), "--format", "transformers", "--out", at("web"));
  expect(await json("web", "config.json")).toMatchObject({ problem_type: "regression" });
});

test("a header that says nothing, and options that mean nothing for a task, are refused", async () => {
  await expect(run(trainCommand, ...training("values.csv", "none"))).rejects.toThrow(
    /columns path, x, y\. What is learned is in a column label/,
  );
  const sampling = [...training("labels.csv", "none"), "--balance", "sampling"];
  await expect(run(trainCommand, ...sampling)).rejects.toThrow(/use --balance weights/);
  const weights = [...training("values.csv", "none"), "--targets", "x", "--balance", "weights"];
  await expect(run(trainCommand, ...weights)).rejects.toThrow(/is for classes and labels/);
});
