import type { CandidateRow } from "@graft-ml/domain-adapt";
import { SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { expect, test } from "vitest";
import type { AdaptDemoEvent } from "../commands/demo-adapt.js";
import { adaptDemoView } from "./demo-adapt-view.js";

const scores = {} as CandidateRow["scores"];
const row = (name: string, meanRank: number, { wins = 0.5, oracle = 0.5 }) => ({
  name,
  seconds: 1,
  scores,
  meanRank,
  wins,
  oracleAccuracy: oracle,
});
const direction = { source: "fluent-3d", target: "noto" } as const;
const end: AdaptDemoEvent = {
  type: "direction-end",
  ...direction,
  aDistance: 1.456,
  sourceOnly: 0.5,
  chosen: "CORAL",
  accuracy: 0.75,
  best: { name: "TCA", accuracy: 0.8 },
  seconds: 12,
};

test("each candidate has a line with a bar of what is right, the best rank first", () => {
  const view = adaptDemoView();
  const candidates = [row(SOURCE_ONLY, 2, {}), row("CORAL", 1, { wins: 0.999, oracle: 0.75 })];
  const text = view.line({
    type: "adapt-end",
    chosen: "CORAL",
    why: "Because.",
    candidates,
    run: null,
  });
  expect(text!.split("\n")).toEqual([
    "",
    "  candidate    rank  wins   oracle*",
    `> CORAL         1.0  100 %   75.0 %  ${"█".repeat(22)}▌`,
    `  source only   2.0      —   50.0 %  ${"█".repeat(15)}`,
    "",
    "Chosen: CORAL",
    "Because.",
  ]);
  expect(view.line(end)).toBe(
    "Right: 75.0 %, and 50.0 % with the source alone, by the target's labels, which decided nothing; 12 s.",
  );
});

test("the end has a row a direction, what the oracle would have chosen, the time, and what to do next", () => {
  const view = adaptDemoView();
  expect(view.result!(end, 100)).toBeUndefined();
  const back = { ...end, source: "noto", target: "fluent-3d", chosen: SOURCE_ONLY } as const;
  view.result!(back, 100);
  const text = view.result!({ type: "demo-end", folder: "/artists", seconds: 61 }, 100)!;
  expect(text.split("\n").slice(1, 6)).toEqual([
    "labels     no labels  apart  source only*  adapted*  best*   chosen",
    "fluent-3d  noto        1.46        50.0 %    75.0 %  80.0 %  CORAL",
    "noto       fluent-3d   1.46        50.0 %    75.0 %  80.0 %  source only",
    "* by the target's labels: nothing was chosen by it. best: what they would have chosen.",
    "apart: the A-distance, 0 alike to 2. Guessing gives 12.5 %.",
  ]);
  expect(text).toContain("All of it took 1 min 1 s.");
  expect(text).toContain("--source /artists/fluent-3d.csv --target /artists/noto.csv");
});

test("the device is told once, and warnings are those of an adaptation", () => {
  const view = adaptDemoView();
  const device = { type: "device-chosen", device: "cpu", reason: "this CPU." } as const;
  expect(view.line(device)).toBe("Features on this CPU.");
  expect(view.line(device)).toBeUndefined();
  const skipped = { type: "candidate-skipped", name: "TCA", reason: "Too few rows." } as const;
  expect(view.warning!(skipped)).toBe("TCA is left out: Too few rows.");
  expect(view.warning!(end)).toBeUndefined();
  expect(view.progress!(end)).toBeUndefined();
});
