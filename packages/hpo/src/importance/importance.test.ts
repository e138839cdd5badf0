import fc from "fast-check";
import { expect, test } from "vitest";
import { randomOf } from "../random.js";
import { branch, choice, float, int, space } from "../space/build.js";
import type { Params } from "../space/parameter.js";
import { decide } from "../space/params.js";
import type { Space } from "../space/space.js";
import { valueAt } from "../space/unit.js";
import { readGolden } from "../testing/golden.js";
import type { FinishedTrial } from "../trial.js";
import { explainedBy } from "./fanova.js";
import { growTree } from "./forest.js";
import { type ImportanceOptions, importance } from "./importance.js";

const golden = readGolden<{
  tree: { leaves: [value: number, low: number[], high: number[]][]; explained: number[] };
  trials: Params[];
  values: number[];
  fanova: { all: Record<string, number>; numbers: Record<string, number> };
  pedAnova: Record<string, number>;
}>(import.meta.url, "golden/importance.json");

const METHODS = ["ped-anova", "fanova"] as const;

const kinds = { kind: choice(["a", "b", "c"]) };
const numbers = {
  rate: float({ min: 1e-5, max: 1e-1, log: true }),
  layers: int({ min: 1, max: 6 }),
  drop: float({ min: 0, max: 0.5 }),
};
const known = golden.trials.map((params, number) =>
  trialOf(number, params, golden.values[number]!),
);

function trialOf(number: number, params: Params, value: number): FinishedTrial {
  return { number, params, values: [value], reports: [], state: "complete" };
}

const sharesOf = (
  trials: readonly FinishedTrial[],
  own: Space,
  options?: ImportanceOptions,
): Record<string, number | undefined> =>
  Object.fromEntries(importance(trials, own, options).map(({ name, share }) => [name, share]));

test("leaves explain what Optuna's fANOVA says of scikit-learn's tree", () => {
  const leaves = golden.tree.leaves.map(([value, low, high]) => ({
    value,
    parts: low.map((each, at) => ({ low: each, high: high[at]! })),
  }));
  for (const [at, part] of explainedBy(leaves, [0, 0, 0]).entries()) {
    expect(part).toBeCloseTo(golden.tree.explained[at]!, 9);
  }
});

test("a tree's leaves fill the space and say what its rows say", () => {
  const source = randomOf({ seed: 1, number: 0, site: "test" });
  const rows = Array.from({ length: 80 }, () =>
    Float64Array.of(source.uniform(), Math.floor(4 * source.uniform()), source.uniform()),
  );
  const targets = rows.map(([x, kind, z]) => x! * (kind! % 3) + z!);
  const leaves = growTree(
    { rows, targets, choices: [0, 4, 0] },
    { rows: [...rows.keys()], source },
  );
  const volume = leaves.reduce((sum, { parts }) => {
    const [x, kind, z] = parts.map((part) =>
      "values" in part ? part.values.size / 4 : part.high - part.low,
    );
    return sum + x! * kind! * z!;
  }, 0);
  expect(volume).toBeCloseTo(1, 12);
  for (const [at, row] of rows.entries()) {
    const leaf = leaves.filter(({ parts }) =>
      parts.every((part, column) =>
        "values" in part
          ? part.values.has(row[column]!)
          : part.low < row[column]! && row[column]! <= part.high,
      ),
    );
    expect(leaf).toHaveLength(1);
    expect(leaf[0]!.value).toBeCloseTo(targets[at]!, 12);
  }
});

test("a forest's shares are those of Optuna's fANOVA on numbers, and near them with a choice", () => {
  const own = sharesOf(known, space(numbers), { method: "fanova" });
  for (const [name, share] of Object.entries(golden.fanova.numbers)) {
    expect(Math.abs(own[name]! - share)).toBeLessThan(0.01);
  }
  const mixed = sharesOf(known, space({ ...numbers, ...kinds }), { method: "fanova" });
  for (const [name, share] of Object.entries(golden.fanova.all)) {
    expect(Math.abs(mixed[name]! - share)).toBeLessThan(0.04);
  }
});

test("PED-ANOVA is what numpy makes of the paper, and sees the order of values alone", () => {
  const own = space({ ...numbers, ...kinds });
  const shares = sharesOf(known, own);
  for (const [name, share] of Object.entries(golden.pedAnova)) {
    expect(shares[name]).toBeCloseTo(share, 6);
  }
  const bent = known.map((trial) => ({ ...trial, values: [Math.exp(trial.values[0]!)] }));
  expect(sharesOf(bent, own)).toEqual(shares);
});

/** Random trials of a space. */
function drawn(own: Space, count: number, value: (params: Params) => number): FinishedTrial[] {
  return Array.from({ length: count }, (_, number) => {
    const source = randomOf({ seed: 4, number, site: "test" });
    const params = decide(own, (_, parameter) => valueAt(parameter, source.uniform()));
    return trialOf(number, params, value(params));
  });
}

const branched = space({
  idle: float({ min: 0, max: 1 }),
  optimizer: choice(["sgd", "adamw"]),
  ...branch({ optimizer: "sgd" }, { momentum: float({ min: 0, max: 1 }) }),
  fixed: choice([1]),
});
const branchedValue = ({ optimizer, momentum }: Params): number =>
  optimizer === "sgd" ? 1 + 5 * (Number(momentum) - 0.3) ** 2 : 2;

test.each(METHODS)("%s judges a conditional parameter where it applies", (method) => {
  const trials = drawn(branched, 200, branchedValue);
  const found = importance(trials, branched, { method });
  expect(found.map(({ name }) => name).toSorted()).toEqual(["idle", "momentum", "optimizer"]);
  const by = Object.fromEntries(found.map((each) => [each.name, each]));
  expect(by.momentum!.trials).toBe(trials.filter(({ params }) => "momentum" in params).length);
  expect(by.momentum!.share).toBeGreaterThan(0.8);
  expect(by.optimizer!.share).toBeGreaterThan(0.6);
  expect(by.optimizer!.share! + by.idle!.share!).toBeCloseTo(1, 12);
  const few = importance(trials.slice(0, 12), branched, { method });
  expect(few.find(({ name }) => name === "momentum")!.trials).toBeLessThan(10);
  expect(few.find(({ name }) => name === "momentum")).not.toHaveProperty("share");
});

test.each(METHODS)(
  "%s: shares are of 1, and a direction turned round is the same search",
  (method) => {
    const own = space({ ...numbers, ...kinds });
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 10, maxLength: 30 }),
        (values) => {
          const trials = values.map((value, at) => trialOf(at, golden.trials[at]!, value));
          const found = importance(trials, own, { method });
          const total = found.reduce((sum, { share }) => sum + share!, 0);
          for (const { share } of found) expect(share).toBeGreaterThanOrEqual(0);
          expect(Math.abs(total) < 1e-9 || Math.abs(total - 1) < 1e-9).toBe(true);
          const turned = trials.map((trial) => ({ ...trial, values: [3, -trial.values[0]!] }));
          const options = { method, objective: 1, directions: ["minimize", "maximize"] } as const;
          expect(importance(turned, own, options)).toEqual(found);
        },
      ),
      { numRuns: 20 },
    );
  },
);

test("too few trials and an objective that there isn't are refused", () => {
  const own = space({ ...numbers, ...kinds });
  expect(() => importance(known.slice(0, 9), own)).toThrow(
    "Importance needs 10 complete trials; there are 9.",
  );
  expect(() => importance(known, own, { objective: 1 })).toThrow(
    "There is no objective 1 among 1.",
  );
});

test("five thousand trials of a forest take seconds", () => {
  const own = space({ ...numbers, ...kinds });
  const trials = drawn(own, 5000, ({ rate, drop }) => Math.log10(Number(rate)) + Number(drop));
  const start = performance.now();
  const found = importance(trials, own, { method: "fanova" });
  expect(performance.now() - start).toBeLessThan(30_000);
  expect(found[0]!.name).toBe("rate");
});
