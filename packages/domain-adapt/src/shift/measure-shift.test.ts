import { expect, test } from "vitest";
import { aDistance } from "./a-distance.js";
import { coralDistance } from "./coral-distance.js";
import { driftTable } from "./drift-table.js";
import { measureShift } from "./measure-shift.js";
import { mmd } from "./mmd.js";
import { normalDomains } from "./testing.js";
import { twoSampleTest } from "./two-sample-test.js";

const domains = normalDomains(30, 3, { seed: 1, moved: 2 });

test("every measure of a shift in one call, as plain JSON", () => {
  const found = measureShift({ ...domains, names: ["a", "b", "c"], seed: 4 });
  expect(found).toEqual({
    rows: { source: 30, target: 30 },
    size: 3,
    mmd: mmd({ ...domains, seed: 4 }),
    coralDistance: coralDistance(domains),
    aDistance: aDistance({ ...domains, seed: 4 }),
    twoSampleTest: twoSampleTest({ ...domains, seed: 4 }),
    drift: driftTable({ ...domains, names: ["a", "b", "c"] }),
  });
  expect(found.drift[0]?.feature).toBe("a");
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
});

test("nothing that is given is written to", () => {
  const before = [domains.source, domains.target].map(({ data }) => data.slice());
  measureShift({ ...domains, maxRows: 20 });
  expect([domains.source.data, domains.target.data]).toEqual(before);
});
