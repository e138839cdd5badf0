import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { SearchError } from "../error.js";
import { branch, choice, float, int, space, when } from "./build.js";
import { formatSpace } from "./format.js";
import { spaceFromJson } from "./json.js";
import { applies, decide, keyOf, problemOf } from "./params.js";
import { parseSpace } from "./parse.js";
import type { Conditional, Parameters, ParamsOf } from "./space.js";
import { cellOf, holds, levelsOf, unitOf, valueAt, valueOfLevel } from "./unit.js";

const training = space(
  {
    lr: float({ min: 1e-5, max: 1e-3, log: true }),
    layers: int({ min: 1, max: 4 }),
    optimizer: choice(["sgd", "adamw"]),
    momentum: when({ optimizer: "sgd" }, float({ min: 0, max: 0.99 })),
    ...branch(
      { optimizer: "adamw" },
      { decay: float({ min: 0, max: 0.1 }), amsgrad: choice([true, false]) },
    ),
  },
  { constraints: [({ lr, layers }) => lr * layers < 3e-3] },
);

const refused = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(SearchError);
    expect((error as SearchError).code).toBe("space-invalid");
    return (error as SearchError).message;
  }
  throw new Error("Nothing was thrown.");
};

test("an objective's argument has the space's names and values", () => {
  type Own = ParamsOf<typeof training>;
  expectTypeOf<Own["lr"]>().toEqualTypeOf<number>();
  expectTypeOf<Own["optimizer"]>().toEqualTypeOf<"sgd" | "adamw">();
  expectTypeOf<Own>().toHaveProperty("momentum");
  expectTypeOf<Own["momentum"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Own["amsgrad"]>().toEqualTypeOf<boolean | undefined>();
  const least: Own = { lr: 1, layers: 1, optimizer: "sgd" };
  expect(least.momentum).toBeUndefined();
});

describe("a space is refused", () => {
  const cases: readonly (readonly [string, Parameters, RegExp])[] = [
    ["nothing in it", {}, /no parameters/],
    ["bounds turned", { x: float({ min: 1, max: 0 }) }, /x goes from 1 to 0/],
    ["bounds not finite", { x: float({ min: 0, max: Number.POSITIVE_INFINITY }) }, /finite/],
    ["a log of 0", { x: float({ min: 0, max: 1, log: true }) }, /above 0/],
    ["an int of parts", { x: int({ min: 0.5, max: 2 }) }, /whole numbers/],
    ["an int's step of parts", { x: int({ min: 0, max: 2, step: 0.5 }) }, /whole number/],
    ["a step of 0", { x: float({ min: 0, max: 2, step: 0 }) }, /above 0/],
    ["a step in the logarithm", { x: float({ min: 1, max: 2, step: 1, log: true }) }, /Leave one/],
    ["a step that is lost", { x: float({ min: 1e16, max: 2e16, step: 1 }) }, /lost/],
    ["no values", { x: choice([]) }, /no values/],
    ["a value twice", { x: choice([1, 2, 1]) }, /1 twice/],
    ["a value not finite", { x: choice([Number.NaN]) }, /finite/],
    ["a name no shell takes", { "x y": choice([1]) }, /"x y"/],
    [
      "a name of the language",
      JSON.parse('{"__proto__":{"kind":"choice","values":[1]}}'),
      /__proto__/,
    ],
    ["a condition on nothing", { x: when({ y: 1 }, choice([1])) }, /y, which isn't declared/],
    ["a condition on itself", { x: when({ x: 1 }, choice([1])) }, /x, which isn't declared/],
    [
      "a condition that never holds",
      { y: choice([1]), x: when({ y: 2 }, choice([1])) },
      /never is/,
    ],
    [
      "a condition without values",
      { y: choice([1]), x: when({ y: [] }, choice([1])) },
      /no value of y/,
    ],
  ];
  test.each(cases)("with %s", (_, parameters, message) => {
    expect(refused(() => space(parameters))).toMatch(message);
  });
});

test("conditions of two hold together, and what hangs on an absent one is absent", () => {
  const own = space({
    a: choice([1, 2]),
    b: when({ a: 2 }, choice(["x", "y"])),
    c: when({ b: "x" }, when({ a: 2 }, int({ min: 0, max: 3 }))),
  });
  expect(applies(own.parameters.c, { a: 1 })).toBe(false);
  expect(applies(own.parameters.c, { a: 2, b: "y" })).toBe(false);
  expect(applies(own.parameters.c, { a: 2, b: "x" })).toBe(true);
  expect(decide(own, (_, parameter) => valueAt(parameter, 0))).toEqual({ a: 1 });
  expect(decide(own, (name) => ({ a: 2, b: "x", c: 3 })[name]!)).toEqual({ a: 2, b: "x", c: 3 });
});

test("what is wrong with parameters is named", () => {
  const good = { lr: 1e-4, layers: 2, optimizer: "sgd", momentum: 0.9 };
  expect(problemOf(training, good)).toBeUndefined();
  const { momentum: _, ...without } = good;
  expect(problemOf(training, without)).toBe("momentum applies, but is missing");
  expect(problemOf(training, { ...good, decay: 0 })).toMatch(/^decay doesn't apply/);
  expect(problemOf(training, { ...good, layers: 2.5 })).toBe("layers can't be 2.5");
  expect(problemOf(training, { ...good, other: 1 })).toMatch(/^other is not a parameter/);
  expect(problemOf(training, { ...good, lr: 1e-3, layers: 4 })).toBe("a constraint doesn't hold");
});

test("keys are the same for the same values in any order", () => {
  expect(keyOf(training, { layers: 1, lr: 1e-4 })).toBe(keyOf(training, { lr: 1e-4, layers: 1 }));
  expect(keyOf(training, { layers: 1 })).not.toBe(keyOf(training, { layers: 2 }));
});

test("steps end at the upper bound, or before it, without noise of rounding", () => {
  const tenths = float({ min: 0, max: 0.3, step: 0.1 });
  const all = Array.from({ length: levelsOf(tenths) }, (_, at) => valueOfLevel(tenths, at));
  expect(all).toEqual([0, 0.1, 0.2, 0.3]);
  expect(levelsOf(int({ min: 1, max: 6, step: 2 }))).toBe(3);
  expect(holds(tenths, 0.25)).toBe(false);
  expect(holds(int({ min: 1, max: 6, step: 2 }), 6)).toBe(false);
});

/** Any parameter that can be sampled. */
const finite = { noNaN: true, noDefaultInfinity: true } as const;
const anyFloat = fc
  .tuple(fc.double({ ...finite, min: 1e-8, max: 1e6 }), fc.double({ ...finite, min: 1, max: 1e4 }))
  .chain(([min, times]) =>
    fc.constantFrom<Conditional>(
      { kind: "float", min, max: min * times },
      { kind: "float", min: -min, max: min * times },
      { kind: "float", min, max: min * times, log: true },
      { kind: "float", min, max: min * times, step: (min * times) / 7 },
      { kind: "float", min: 0, max: Math.ceil(min) },
    ),
  );
const anyInt = fc
  .tuple(fc.integer({ min: 1, max: 1e6 }), fc.nat(1000))
  .chain(([min, more]) =>
    fc.constantFrom<Conditional>(
      { kind: "int", min, max: min + more },
      { kind: "int", min: -min, max: min },
      { kind: "int", min, max: min + more, log: true },
      { kind: "int", min, max: min + more, step: 1 + (more % 5) },
    ),
  );
const scalar = fc.oneof(
  fc.string(),
  fc.constantFrom("a..b", "1..2", "x,y", "true", "null", "1e3", "a@b", 'q"', "sgd", "v1.2", ""),
  fc.double(finite).map((value) => value + 0),
  fc.boolean(),
  fc.constant(null),
);
const anyChoice = fc
  .uniqueArray(scalar, { minLength: 1, maxLength: 5 })
  .map((values): Conditional => ({ kind: "choice", values }));
const anyParameter = fc.oneof(anyFloat, anyInt, anyChoice);
const anyName = fc.stringMatching(/^[A-Za-z][\w.-]{0,8}$/).filter((name) => !(name in {}));

/** Parameters, each of which may hang on one before. */
const anySpace = fc
  .tuple(
    fc.uniqueArray(anyName, { minLength: 1, maxLength: 5 }),
    fc.infiniteStream(anyParameter),
    fc.infiniteStream(fc.nat(3)),
  )
  .map(([names, parameters, hang]) => {
    const made: Record<string, Conditional> = {};
    for (const [at, name] of names.entries()) {
      const parent = Object.entries(made)[hang.next().value!];
      const own = parameters.next().value!;
      const values = parent && [valueAt(parent[1], 0.2)];
      made[name] = at > 0 && parent ? { ...own, when: { [parent[0]]: values! } } : own;
    }
    return space(made);
  });

test("any space is the same after a round trip through declarations and through JSON", () => {
  fc.assert(
    fc.property(anySpace, (own) => {
      expect(parseSpace(formatSpace(own)).parameters).toEqual(own.parameters);
      expect(spaceFromJson(JSON.parse(JSON.stringify(own.parameters))).parameters).toEqual(
        own.parameters,
      );
    }),
    { numRuns: 500 },
  );
});

test("bounds next to each other have a place, though their logarithms are the same", () => {
  const close = float({ min: 1.0000000000000027e-8, max: 1.0000000000000032e-8, log: true });
  expect(unitOf(close, close.min)).toBe(0);
  expect(holds(close, valueAt(close, 0.5))).toBe(true);
});

test("any place has a value of the parameter, whose own place has it again", () => {
  fc.assert(
    fc.property(anyParameter, fc.double({ ...finite, min: 0, max: 1 }), (parameter, unit) => {
      const value = valueAt(parameter, unit);
      expect(holds(parameter, value)).toBe(true);
      const place = unitOf(parameter, value);
      expect(place >= 0 && place <= 1).toBe(true);
      const again = valueAt(parameter, place);
      if (Number.isFinite(levelsOf(parameter))) expect(again).toBe(value);
      else expect(Number(again) / Number(value) || 1).toBeCloseTo(1, 6);
      const [low, high] = cellOf(parameter, value);
      expect(low <= high).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("declarations are read as documented", () => {
  expect(
    parseSpace([
      "lr=1e-5..1e-3:log",
      "layers=1..4",
      "width=1..4:float",
      "drop=0..0.5:step=0.1",
      "rate=1e-3,1e-4",
      'name=sgd,adamw,true,null,"1",3',
      "momentum=0..0.99@name=sgd,adamw@layers=2",
    ]).parameters,
  ).toEqual({
    lr: { kind: "float", min: 1e-5, max: 1e-3, log: true },
    layers: { kind: "int", min: 1, max: 4 },
    width: { kind: "float", min: 1, max: 4 },
    drop: { kind: "float", min: 0, max: 0.5, step: 0.1 },
    rate: { kind: "choice", values: [1e-3, 1e-4] },
    name: { kind: "choice", values: ["sgd", "adamw", true, null, "1", 3] },
    momentum: { kind: "float", min: 0, max: 0.99, when: { name: ["sgd", "adamw"], layers: [2] } },
  });
});

test.each([
  ["lr", /NAME=VALUES/],
  ["=1", /NAME=VALUES/],
  ["lr=", /value is missing/],
  ["lr=a,,b", /value is missing/],
  ["lr=a,", /value is missing/],
  ["lr=1..b", /no range/],
  ["lr=1..2:lag", /"lag" is none of/],
  ["lr=1..2:step=x", /is none of/],
  ['lr="a"b', /no comma/],
  ['lr="\\x"', /no JSON string|not a JSON string/],
  ["lr=2..1", /smaller bound first/],
  ["lr=1@", /NAME=VALUES/],
])("the declaration %s is refused", (declaration, message) => {
  expect(refused(() => parseSpace([declaration]))).toMatch(message);
});

test("a name declared twice and a parent named twice are refused", () => {
  expect(refused(() => parseSpace(["a=1", "a=2"]))).toMatch(/declared before/);
  expect(refused(() => parseSpace(["a=1,2", "b=1@a=1@a=2"]))).toMatch(/a twice/);
});

test.each([
  [[], /object of parameters/],
  [{ x: 1 }, /kind is/],
  [{ x: { kind: "toString" } }, /kind is/],
  [{ x: { kind: "float", min: 0 } }, /no max/],
  [{ x: { kind: "float", min: "0", max: 1 } }, /min "0". Give a number/],
  [{ x: { kind: "choice", values: [[1]] } }, /Give a list/],
  [{ x: { kind: "int", min: 0, max: 1, values: [] } }, /field values/],
  [
    { y: { kind: "choice", values: [1] }, x: { kind: "choice", values: [1], when: [] } },
    /when \[\]/,
  ],
])("the JSON %j is refused", (json, message) => {
  expect(refused(() => spaceFromJson(json))).toMatch(message);
});
