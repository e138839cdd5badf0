import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { CandidateRow } from "@graft-ml/domain-adapt";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  eventsOf,
  makeBackbone,
  makePictures,
  makeTextBackbone,
  scratchFolder,
} from "../testing.js";
import { type AdaptCommandEvent, adaptCommand, adaptDomains } from "./adapt.js";
import { evalCommand } from "./eval.js";
import { exportCommand } from "./export.js";
import { predictCommand } from "./predict.js";

let [folder, remove] = ["", async () => {}];
const at = (...names: string[]): string => join(folder, ...names);
const json = async (...names: string[]) => JSON.parse(await readFile(at(...names), "utf8"));

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await makePictures(at("source"), 4);
  await makePictures(at("target"), 4);
  for (const name of ["red", "green", "blue"]) {
    for (const file of await readdir(at("target", name))) {
      const path = at("target", name, file);
      await writeFile(path, await sharp(path).linear(0.6, 0).png().toBuffer());
    }
  }
  await makeBackbone(at("backbone"));
  const rows = (things: readonly string[]) =>
    things.flatMap((thing) => [
      ...["good", "great", "fine"].map((word) => [`a ${word} ${thing} that lasts`, "liked"]),
      ...["bad", "dull", "poor"].map((word) => [`${thing}, ${word}`, "disliked"]),
    ]);
  const [films, tools] = [rows(["film", "book", "song"]), rows(["drill", "saw"])];
  await makeTextBackbone(
    at("bert"),
    [...films, ...tools].map(([text]) => text!),
  );
  const table = (all: readonly string[][]) =>
    ["text,label", ...all.map(([text, label]) => `"${text}",${label}`), ""].join("\n");
  await writeFile(at("films.csv"), table(films));
  await writeFile(at("tools.csv"), table(tools));
  await writeFile(at("alone.txt"), [...tools.map(([text]) => text), ""].join("\n"));
});
afterAll(() => remove());

const adapting = (source: string, target: string, ...more: readonly string[]) =>
  eventsOf(adaptCommand, [
    ...["--source", at(source), "--target", at(target)],
    ...["--backbone", at(source.endsWith("csv") ? "bert" : "backbone"), ...more],
  ]) as Promise<readonly AdaptCommandEvent[]>;

type End = Extract<AdaptCommandEvent, { type: "adapt-end" }>;
const endOf = (events: readonly AdaptCommandEvent[]) => events.at(-1) as End;
const chosenOf = ({ candidates, chosen }: End): CandidateRow =>
  candidates.find(({ name }) => name === chosen)!;

test("pictures: a network is trained beside the source alone, and what is written is asked, measured and exported", async () => {
  const out = ["--out", at("adapted"), "--epochs", "3", "--batch-size", "6"];
  const events = await adapting("source", "target", "--method", "DANN", ...out);
  expect(events.find(({ type }) => type === "training")).toEqual({
    type: "training",
    ...{ cut: "layer2", epochs: 3, rate: 3e-4, batchSize: 6, views: 3 },
  });
  const end = endOf(events);
  expect(end).toMatchObject({ type: "adapt-end", run: at("adapted") });
  expect(end.candidates.map(({ name }) => name)).toEqual(["source only", "dann"]);
  for (const { oracleAccuracy, wins, meanRank, scores } of end.candidates) {
    expect(oracleAccuracy).toBeGreaterThanOrEqual(0);
    expect([wins, meanRank, ...Object.values(scores)].every(Number.isFinite)).toBe(true);
  }
  const steps = events.filter((event) => event.type === "step-end");
  expect(steps.map(({ candidate, step }) => `${candidate} ${step}`)).toEqual(
    ["source only", "dann"].flatMap((name) => [1, 2, 3, 4, 5, 6].map((step) => `${name} ${step}`)),
  );
  const [alone, drawn] = [steps[0]!, steps[6]!];
  expect(alone.metrics.penalty).toBe(0);
  expect(drawn.metrics.penalty).toBeGreaterThan(0);
  expect(steps.at(-1)!.secondsLeft).toBe(0);

  const measured = await eventsOf(evalCommand, [at("adapted"), at("target")]);
  expect(measured.at(-1)).toHaveProperty("accuracy", chosenOf(end).oracleAccuracy);
  const asked = await eventsOf(predictCommand, [at("adapted"), at("target", "red", "00.png")]);
  expect(asked.find(({ type }) => type === "prediction")).toHaveProperty("label");
  const onnx = ["--format", "onnx", "--out", at("onnx")];
  const exported = await eventsOf(exportCommand, [at("adapted"), ...onnx]);
  expect(exported.at(-1)).toMatchObject({ type: "export-end", format: "onnx" });
});

test("the folder holds the record, the card and the report of what was trained", async () => {
  const record = await json("adapted", "adaptation.json");
  expect(record).toMatchObject({
    method: "DANN",
    training: { cut: "layer2", epochs: 3 },
    classes: ["blue", "green", "red"],
    target: { samples: 12, isLabelled: true },
  });
  expect(record.candidates).toHaveLength(2);
  const card = await readFile(at("adapted", "README.md"), "utf8");
  expect(card).toContain("after its stage layer2 was trained");
  expect(card).toContain("3 epochs of the source at a rate from 0.0003 down");
  const page = await readFile(at("adapted", "report.html"), "utf8");
  for (const id of ["candidates", "plane", "drift", "made"]) expect(page).toContain(`id="${id}"`);
  expect(page).toContain(`${record.chosen}: 12 pictures of the source, 12 pictures of the target`);
  expect(page).not.toContain("<script");
});

test("all methods at once: what the network can't have is left out, and the same seed gives the same model", async () => {
  const model = async (out: string) => {
    const more = ["--epochs", "1", "--batch-size", "12", "--out", at(out)];
    const end = endOf(await adapting("source", "target", "--method", "deep", ...more));
    expect(end.candidates).toHaveLength(14);
    return readFile(at(out, "model.safetensors"));
  };
  expect(await model("first")).toEqual(await model("second"));
});

test("rounds on the target's surest samples are told as they come", async () => {
  const more = ["--method", "deep-self-training", "--epochs", "3", "--cut", "stem"];
  const events = await adapting("source", "target", ...more);
  const rounds = events.filter((event) => event.type === "labels-selected");
  expect(rounds.map(({ round }) => round)).toEqual([1, 2, 3]);
  const told = events.map(({ type }) => type);
  const first = told.indexOf("labels-selected");
  expect(told.indexOf("labels-selected", first + 1)).toBeGreaterThan(
    told.indexOf("step-end", first),
  );
  expect(endOf(events).run).toBeNull();
});

test("texts: trained without the target's labels, saved, asked and measured", async () => {
  const more = ["--method", "mcc", "--epochs", "2", "--out", at("opinions")];
  const events = await adapting("films.csv", "tools.csv", ...more);
  const end = endOf(events);
  expect(end.candidates.map(({ name }) => name)).toEqual(["source only", "mcc"]);
  const measured = await eventsOf(evalCommand, [at("opinions"), at("tools.csv")]);
  expect(measured.at(-1)).toHaveProperty("accuracy", chosenOf(end).oracleAccuracy);
  const asked = await eventsOf(predictCommand, [at("opinions"), "a fine drill"]);
  expect(asked.find(({ type }) => type === "prediction")).toHaveProperty("label");

  const blind = endOf(await adapting("films.csv", "alone.txt", "--method", "mcc", "--epochs", "2"));
  expect(blind.candidates[0]).not.toHaveProperty("oracleAccuracy");
  const { scores } = end.candidates[1]!;
  expect(blind.candidates[1]!.scores).toEqual(scores);
});

test("a teacher of texts; statistics of batch norm, which texts have none of", async () => {
  const teacher = await adapting(
    "films.csv",
    "alone.txt",
    "--method",
    "mean-teacher",
    "--epochs",
    "1",
  );
  expect(endOf(teacher).candidates.map(({ name }) => name)).toEqual([
    "source only",
    "mean-teacher",
  ]);
  const none = await adapting("films.csv", "alone.txt", "--method", "adabn", "--epochs", "1");
  expect(none.find(({ type }) => type === "candidate-skipped")).toMatchObject({
    name: "adabn",
    reason: expect.stringContaining("no batch norm"),
  });
  expect(endOf(none)).toMatchObject({ chosen: "source only", why: "Nothing else was tried." });
});

test("what is stopped leaves nothing behind", async () => {
  const stop = new AbortController();
  const options = {
    ...{ source: at("source"), target: at("target"), backbone: at("backbone") },
    ...{ method: "dann", out: at("stopped"), device: "cpu" as const, epochs: 50 },
  };
  const context = { signal: stop.signal, stdin: Readable.from([]) };
  const reading = async () => {
    for await (const event of adaptDomains(options, context)) {
      if (event.type === "step-end" && event.candidate === "dann") stop.abort();
    }
  };
  await expect(reading()).rejects.toMatchObject({ code: "aborted" });
  expect(existsSync(at("stopped"))).toBe(false);
});

test("options that mean nothing here are refused before anything is read", async () => {
  const refused = (...more: string[]) => adapting("source", "target", ...more);
  await expect(refused("--method", "coral", "--epochs", "3")).rejects.toThrow(
    "--epochs is for methods that train the network, and --method coral leaves it as it is. Leave it out.",
  );
  await expect(refused("--cut", "layer1")).rejects.toThrow("--cut is for methods that train");
  await expect(refused("--method", "dann", "--cut", "layer3")).rejects.toThrow(
    /can't be cut at "layer3" here.+its cuts are stem, layer1, layer2\.$/,
  );
  await expect(refused("--method", "magic")).rejects.toThrow(/"CORAL".+dann, cdan, .+, adabn\.$/);
});
