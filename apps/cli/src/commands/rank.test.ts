import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { rankBackbones } from "../adapt/rank-backbones.js";
import {
  collect,
  eventsOf,
  makeBackbone,
  makePictures,
  makeTextBackbone,
  scratchFolder,
} from "../testing.js";
import { type ModelFacts, type ModelsEvent, modelsCommand } from "./models.js";

let [folder, remove] = ["", async () => {}];
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await makePictures(at("pictures"), 5);
  await makeBackbone(at("mine"));
  const spoilt = (data: ArrayLike<number>) => Float32Array.from(data, (x, i) => (i % 3 ? x : -x));
  await makeBackbone(at("here"), (weights) => ({
    ...weights,
    "conv1.weight": { ...weights["conv1.weight"]!, data: spoilt(weights["conv1.weight"]!.data) },
  }));
  // What somebody fetched before is none of the tests'.
  for (const name of ["HF_HOME", "HF_HUB_CACHE", "TORCH_HOME", "XDG_CACHE_HOME"]) {
    vi.stubEnv(name, at("nothing"));
  }
  const reviews = ["fine", "great", "good"].flatMap((word, i) => [
    `a ${word} film,liked`,
    `a ${["bad", "dull", "poor"][i]} film,disliked`,
  ]);
  await writeFile(at("reviews.csv"), ["text,label", ...reviews, ""].join("\n"));
  await makeTextBackbone(at("bert"), reviews);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await remove();
});

type End = { ranked: { backbone: string; logMe: number; hScore: number; features: number }[] };

const fact = (name: string, more: Partial<ModelFacts>) =>
  ({ type: "model", name, task: "image", available: true, ...more }) as ModelFacts;

async function* known(): AsyncGenerator<ModelsEvent> {
  yield fact(at("here"), {});
  yield fact(at("elsewhere"), { available: false });
  yield fact(at("bert"), { task: "text" });
  yield fact(at("broken"), {});
  yield { type: "models-end", count: 4, cache: "" };
}

test("backbones that are here and those that are named are ranked by LogME", async () => {
  const events = await collect(
    rankBackbones({
      data: at("pictures"),
      named: [at("mine")],
      known: known(),
      device: "cpu",
      strict: false,
      batchSize: 4,
      signal: new AbortController().signal,
    }),
  );
  const rows = events.filter(({ type }) => type === "rank");
  expect(rows.map((row) => "backbone" in row && row.backbone)).toEqual([at("mine"), at("here")]);
  expect(events.filter(({ type }) => type === "rank-skipped")).toMatchObject([
    { backbone: at("broken"), reason: expect.stringContaining("There is no model") },
  ]);
  const end = events.at(-1) as unknown as End;
  expect(end).toMatchObject({ type: "rank-end", samples: 15, classes: 3 });
  const scores = end.ranked.map(({ logMe }) => logMe);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  for (const { logMe, hScore, features } of end.ranked) {
    expect(features).toBe(8);
    expect(Number.isFinite(logMe)).toBe(true);
    expect(hScore).toBeGreaterThan(0);
  }
  expect(new Set(scores).size).toBe(2);
});

test("texts are ranked by networks that read them", async () => {
  const events = await eventsOf(modelsCommand, [
    ...["--rank", at("reviews.csv"), "--backbone", at("bert")],
  ]);
  const end = events.at(-1) as unknown as End;
  const names = end.ranked.map(({ backbone }) => backbone);
  expect(names).toContain(at("bert"));
  expect(names).toContain("bert-2x192");
  expect(names).not.toContain("resnet18-half");
});

test("a named backbone of the other kind, and flags without data, are refused", async () => {
  const ranked = ["--rank", at("pictures"), "--backbone", at("bert")];
  await expect(eventsOf(modelsCommand, ranked)).rejects.toThrow("needs one for pictures");
  await expect(eventsOf(modelsCommand, ["--label", "stars"])).rejects.toThrow(
    "--label is for --rank DATA",
  );
  await expect(eventsOf(modelsCommand, ["vgg16", "--rank", at("pictures")])).rejects.toThrow(
    "with --backbone vgg16",
  );
});
