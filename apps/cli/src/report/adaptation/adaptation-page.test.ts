import { expect, test } from "vitest";
import { hostile } from "../testing.js";
import { adaptationPage } from "./adaptation-page.js";
import type { AdaptationReport } from "./adaptation-report.js";

const row = (name: string, wins: number, oracleAccuracy?: number) => ({
  ...{ name, seconds: 12, meanRank: 1.5, wins },
  scores: { information: 0.5, "nuclear norm": 0.6, density: 4, neighbours: 0.7, circular: 0.8 },
  ...(oracleAccuracy === undefined ? {} : { oracleAccuracy }),
});

const drift = (feature: number, ks: number, correctedP: number) => ({
  ...{ feature, ks, p: correctedP / 2, correctedP, stabilityIndex: 0.3 },
  source: { mean: 1, deviation: 2 },
  target: { mean: 3, deviation: 1 },
  standardisedDifference: feature === 7 ? null : 1.26,
});

const plane = {
  source: [
    { row: 0, x: 0, y: 1 },
    { row: 1, x: 2, y: -1 },
  ],
  target: [{ row: 0, x: 3, y: 2 }],
  shares: [0.5, 0.25],
} as const;

function report(oracle?: number): AdaptationReport {
  const record = {
    versions: { graft: "1.2.3", node: "20.0.0", format: 1 },
    source: { data: hostile, samples: 2 },
    target: { data: "/data/target", samples: 900, isLabelled: oracle !== undefined },
    classes: ["cat", hostile],
    backbone: {
      ...{ source: "resnet18-half", architecture: "resnet", sha256: "aa" },
      ...{ stage: "pool", features: 8 },
    },
    ...{ method: "dann", seed: 0, chosen: "dann", why: "Because.", skipped: [] },
    candidates: [row("source only", 0.5, oracle), row("dann", 1, oracle && oracle + 0.125)],
    shift: {
      ...{ rows: { source: 2, target: 900 }, size: 8, coralDistance: 1 },
      mmd: { biased: 0.1, unbiased: 0.1, p: 0.005 },
      aDistance: { distance: 1.82, error: 0.05 },
      twoSampleTest: { accuracy: 0.9, p: 0.001 },
      drift: [drift(3, 0.8, 0), drift(5, 0.6, 4e-7), drift(7, 0.1, 0.4)],
    },
  } as unknown as AdaptationReport["record"];
  const planes = { before: plane, after: plane };
  return {
    folder: "/models/cartoons 1",
    noun: "picture",
    record,
    planes,
    labels: [0, 1],
    drifted: 2,
  };
}

test("drifts stand with their corrected p, the likely ones apart, and what can't be drawn is in the table alone", async () => {
  const page = await adaptationPage(report());
  expect(page).toContain("2 of 8 differ with a p below 0.05");
  for (const p of ["p &lt; 1e-300", "p 4e-7", "p 0.400"]) expect(page).toContain(`>${p}<`);
  expect(page).toContain("p 0.05 or above");
  expect(page).toContain("feature 5, target: 1.26");
  expect(page).not.toContain("feature 7, target");
});

test("the oracle is marked where there are labels, and nowhere else", async () => {
  const judged = await adaptationPage(report(0.5));
  expect(judged).toContain("oracle*");
  expect(judged).toContain(
    "* by the target's labels: nothing was chosen by it".replace("'", "&#39;"),
  );
  expect(judged).toContain("62.5 %");
  expect(judged).toContain("the source alone: 50.0 %");
  const blind = await adaptationPage(report());
  expect(blind).not.toContain("oracle");
  expect(blind).toContain("wins in 100 % of resampled targets");
});

test("both planes have their captions, and names from outside stay text", async () => {
  const page = await adaptationPage(report());
  const counts = "2 pictures of the source, 1 of 900 pictures of the target";
  expect(page).toContain(`The backbone as it was: ${counts}. Along x lie 50.0 % of all variance`);
  expect(page).toContain(`dann: ${counts}`);
  expect(page).not.toContain("<script");
  expect(page).toContain("&#39;/models/cartoons 1&#39;");
  expect(page).toContain("var(--class-2)");
});
