import { type CandidateRow, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { expect, test } from "vitest";
import { adaptView } from "./adapt-view.js";

const some = { information: 0.1234, "nuclear norm": 0.5, density: 4.25, circular: -0.5 };
// Whatever scores there are become columns.
const scores = some as unknown as CandidateRow["scores"];
const row = (name: string, meanRank: number, wins: number) => ({
  name,
  seconds: 1.25,
  scores,
  meanRank,
  wins,
});
const end = {
  type: "adapt-end",
  chosen: "CORAL, self-training",
  why: "Because.",
  candidates: [row(SOURCE_ONLY, 2, 0.5), row("CORAL, self-training", 1, 0.999)],
} as const;

test("the table has the best rank first, the chosen one marked, and an oracle only where there are labels", () => {
  const blind = adaptView.result!({ ...end, run: null }, 100)!;
  expect(blind.split("\n")).toEqual([
    "  candidate             sec  info   nuclear  density  circular  rank  wins",
    "> CORAL, self-training  1.3  0.123    0.500    4.250    -0.500   1.0  100 %",
    "  source only           1.3  0.123    0.500    4.250    -0.500   2.0      —",
    "",
    "Chosen: CORAL, self-training",
    "Because.",
    "Nothing was written: --out DIR keeps the adapted model.",
  ]);
  const candidates = end.candidates.map((each) => ({ ...each, oracleAccuracy: 0.975 }));
  const judged = adaptView.result!({ ...end, candidates, run: "/adapted" }, 100)!;
  const lines = judged.split("\n");
  expect(lines[1]).toMatch(/ 100 % {3}97\.5 %$/);
  expect(Math.max(...lines.slice(0, 4).map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(lines[3]).toBe("* by the target's labels: nothing was chosen by it");
  expect(lines.at(-1)).toBe("model /adapted");
});

test("a candidate that is left out is a warning with its reason", () => {
  const skipped = { type: "candidate-skipped", name: "TCA", reason: "Too few rows." } as const;
  expect(adaptView.warning!(skipped)).toBe("TCA is left out: Too few rows.");
  expect(adaptView.line(skipped)).toBeUndefined();
});

test("progress tells whose features, and how long it takes still", () => {
  const progress = { type: "features-progress", of: "target", count: 5, total: 10 } as const;
  expect(adaptView.progress!({ ...progress, secondsLeft: 7 })).toEqual({
    label: "features of the target",
    done: 5,
    total: 10,
    secondsLeft: 7,
  });
  const start = { type: "candidate-start", name: SOURCE_ONLY, summary: "" } as const;
  expect(adaptView.progress!(start)).toMatchObject({ label: "trying", done: 0 });
});
