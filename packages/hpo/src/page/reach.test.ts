import fc from "fast-check";
import { expect, test } from "vitest";
import { reachOf } from "./reach.js";
import { thin } from "./thin.js";

test("values far worse than the rest don't decide the scale", () => {
  const values = [...Array(100).keys()].map((at) => at / 100);
  const { domain, outside } = reachOf([...values, 50, 1e9], "minimize");
  expect(outside).toBe(2);
  expect(domain[1]).toBeLessThan(3);
  const turned = reachOf(
    [...values, 50, 1e9].map((each) => -each),
    "maximize",
  );
  expect(turned).toEqual({ domain: [-domain[1], -domain[0]], outside });
  expect(reachOf(values, "minimize").outside).toBe(0);
});

test("a domain has room, whatever the values, and the best lies in it", () => {
  const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.array(finite, { maxLength: 30 }), (values) => {
      const { domain, outside } = reachOf(values, "minimize");
      expect(domain[0]).toBeLessThan(domain[1]);
      expect(outside).toBeLessThanOrEqual(Math.ceil(0.1 * values.length));
      if (values.length > 0) {
        expect(Math.min(...values)).toBeGreaterThanOrEqual(domain[0]);
        expect(Math.min(...values)).toBeLessThanOrEqual(domain[1]);
      }
    }),
  );
});

test("what is thinned keeps its order, its ends and what must stay", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 2, max: 50 }),
      (count, most) => {
        const all = [...Array(count).keys()];
        const keep = all.slice(7, 9);
        const kept = thin(all, { most, keep });
        expect(kept).toEqual(kept.toSorted((a, b) => a - b));
        expect(kept.length).toBeLessThanOrEqual(most + keep.length);
        expect(kept).toEqual(expect.arrayContaining(keep));
        expect([kept[0], kept.at(-1)]).toEqual([all[0], all.at(-1)]);
      },
    ),
  );
});
