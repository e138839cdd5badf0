import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  eventsOf,
  makeBackbone,
  makePictures,
  makeTextBackbone,
  scratchFolder,
} from "../testing.js";
import { modelsCommand } from "./models.js";

let [folder, remove] = ["", async () => {}];
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await makePictures(at("pictures"), 5);
  await makeBackbone(at("mine"));
  const reviews = ["fine", "great", "good"].flatMap((word, i) => [
    `a ${word} film,liked`,
    `a ${["bad", "dull", "poor"][i]} film,disliked`,
  ]);
  await writeFile(at("reviews.csv"), ["text,label", ...reviews, ""].join("\n"));
  await makeTextBackbone(at("bert"), reviews);
});
afterAll(() => remove());

type End = { ranked: { backbone: string; logMe: number; hScore: number; features: number }[] };

test("backbones that are here and those that are named are ranked by LogME", async () => {
  const events = await eventsOf(modelsCommand, [
    ...["--rank", at("pictures"), "--backbone", at("mine")],
  ]);
  const rows = events.filter(({ type }) => type === "rank");
  expect(rows[0]).toMatchObject({ backbone: at("mine"), features: 8 });
  expect(rows.map((row) => "backbone" in row && row.backbone)).toContain("resnet18-half");
  const end = events.at(-1) as unknown as End;
  expect(end).toMatchObject({ type: "rank-end", samples: 15, classes: 3 });
  expect(end.ranked).toHaveLength(rows.length);
  const scores = end.ranked.map(({ logMe }) => logMe);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  for (const { logMe, hScore } of end.ranked) {
    expect(Number.isFinite(logMe)).toBe(true);
    expect(hScore).toBeGreaterThan(0);
  }
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
