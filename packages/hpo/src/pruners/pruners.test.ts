import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Judged, Pruner } from "../pruner.js";
import type { Direction, FinishedTrial, Report } from "../trial.js";
import { anyOf } from "./any-of.js";
import { bracketSizes, hyperband } from "./hyperband.js";
import { median } from "./median.js";
import { notFinite } from "./not-finite.js";
import { patience } from "./patience.js";
import { percentile } from "./percentile.js";
import { successiveHalving } from "./successive-halving.js";
import { threshold } from "./threshold.js";

type Golden = {
  readonly curves: readonly (readonly (readonly [number, number])[])[];
  readonly stops: Readonly<Record<string, Readonly<Record<Direction, readonly (number | null)[]>>>>;
};

const golden = JSON.parse(
  readFileSync(new URL("./golden/pruners.json", import.meta.url), "utf8"),
) as Golden;

const pruners: Readonly<Record<string, Pruner>> = {
  median: median(),
  "median-paced": median({ startup: 3, warmup: 4, interval: 5, minTrials: 4 }),
  "percentile-25": percentile(25),
  "percentile-80": percentile(80, { startup: 2 }),
  halving: successiveHalving(),
  "halving-3-skip-1": successiveHalving({ minResource: 2, reduction: 3, skipped: 1 }),
  "halving-bootstrap": successiveHalving({ minResource: 3, reduction: 2, bootstrap: 4 }),
  patience: patience({ patience: 3 }),
  "patience-delta": patience({ patience: 1, minDelta: 0.02 }),
  "patience-median": patience({ patience: 2, pruner: median() }),
  threshold: threshold({ lower: 0.15, upper: 1.1, warmup: 3, interval: 2 }),
};

const cases = Object.keys(golden.stops).flatMap((name) =>
  (["minimize", "maximize"] as const).map((direction) => ({ name, direction })),
);

test.each(cases)("$name stops the trials that Optuna's stops, $direction", (the) => {
  const sign = the.direction === "maximize" && the.name !== "threshold" ? -1 : 1;
  const history: FinishedTrial[] = [];
  for (const curve of golden.curves) {
    const reports = curve.map(([step, value]) => ({ step, value: sign * value }));
    history.push(run(pruners[the.name]!, { reports, history, direction: the.direction }));
  }
  const stops = history.map(({ state, reports }) =>
    state === "pruned" ? reports.at(-1)!.step : null,
  );
  expect(stops).toEqual(golden.stops[the.name]![the.direction]);
});

type Run = Pick<Judged, "reports" | "history"> & { readonly direction?: Direction; seed?: number };

/** A trial of which every report is judged. */
function run(pruner: Pruner, { reports, history, direction = "minimize", seed = 0 }: Run) {
  const trial = { number: history.length, params: {} };
  const made: Report[] = [];
  for (const report of reports) {
    made.push(report);
    const reason = pruner.prune({ trial, reports: [...made], direction, seed, history });
    if (reason) return { ...trial, state: "pruned", values: [], reports: made, reason } as const;
  }
  return { ...trial, state: "complete", values: [made.at(-1)!.value], reports: made } as const;
}

test("Hyperband's brackets start as many trials as Algorithm 1 says, for R = 81 and eta = 3", () => {
  // ceil(5/5 * 81), ceil(5/4 * 27), ceil(5/3 * 9), ceil(5/2 * 3), ceil(5/1)
  const sizes = bracketSizes({ maxResource: 81, minResource: 1, reduction: 3 });
  expect(sizes).toEqual([81, 34, 15, 8, 5]);
});

test("Hyperband is successive halving within brackets, and the last bracket is never stopped before R", () => {
  const pruner = hyperband({ maxResource: 27 });
  const history: FinishedTrial[] = [];
  const counts = new Map<number, number>();
  for (let number = 0; number < 400; number++) {
    const reports = Array.from({ length: 26 }, (_, i) => ({ step: i + 1, value: number % 17 }));
    const ended = run(pruner, { reports, history, seed: 3 });
    history.push(ended);
    const bracket = /bracket (\d)$/.exec(ended.state === "pruned" ? ended.reason : "")?.[1];
    if (bracket) counts.set(Number(bracket), (counts.get(Number(bracket)) ?? 0) + 1);
    // Where a bracket has skipped its first rungs, nothing stops before the next one.
    if (bracket) expect(ended.reports.length).toBeGreaterThanOrEqual(3 ** Number(bracket));
  }
  expect([...counts.keys()].toSorted()).toEqual([0, 1, 2]);
  // 27, 12, 6 and 4 of 49 start in brackets 0 to 3; most of a bracket is stopped.
  expect(counts.get(0)! / 400).toBeGreaterThan(0.35);
  expect(counts.get(0)! / 400).toBeLessThanOrEqual(27 / 49 + 0.08);
});

test("values that are not finite stop a trial, and the first pruner says why", () => {
  const judged = (value: number): Judged => ({
    trial: { number: 0, params: {} },
    reports: [{ step: 2, value }],
    direction: "minimize",
    seed: 0,
    history: [],
  });
  const both = anyOf(notFinite(), threshold({ upper: 1 }));
  expect(both.prune(judged(Number.NaN))).toBe("NaN at step 2 is not finite");
  expect(both.prune(judged(Number.POSITIVE_INFINITY))).toBe("Infinity at step 2 is not finite");
  expect(both.prune(judged(2))).toBe("2 at step 2 is outside -Infinity to 1");
  expect(both.prune(judged(0.5))).toBeUndefined();
  expect(successiveHalving().prune(judged(Number.NaN))).toBe("NaN at rung 1");
});

test.each([
  ["percentile", () => percentile(101), "A percentile is 101."],
  ["startup", () => median({ startup: -1 }), "startup is -1."],
  ["interval", () => median({ interval: 0 }), "interval is 0."],
  ["threshold", () => threshold({}), "A threshold has lower undefined and upper undefined."],
  ["bounds", () => threshold({ lower: 2, upper: 1 }), "A threshold has lower 2 and upper 1."],
  ["patience", () => patience({ patience: 0.5 }), "patience is 0.5."],
  ["minDelta", () => patience({ patience: 1, minDelta: Number.NaN }), "minDelta is NaN."],
  ["reduction", () => successiveHalving({ reduction: 1 }), "reduction is 1."],
  ["maxResource", () => hyperband({ maxResource: 2, minResource: 3 }), "maxResource is 2, less"],
])("%s out of range is told by name", (_, make, message) => {
  expect(make).toThrow(message);
});
