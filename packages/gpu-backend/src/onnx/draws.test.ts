import { bernoulliBits, fnv1a, uniformValues } from "@graft-ml/core";
import { expect, test } from "vitest";
import { createDraws } from "./draws.js";
import type { Draw, Manifest } from "./protocol.js";

const port = (name: string, shape: readonly number[], draw: Draw): Manifest["inputs"][number] => ({
  name,
  shape,
  type: draw.kind === "uniform" ? "float32" : "bool",
  from: "draw",
  ...draw,
});

test("the loop's draws are core's, to the bit", () => {
  const draws: [string, number[], Draw][] = [
    ["mask", [3, 50], { site: "mask", kind: "bernoulli", keep: 0.7 }],
    ["never", [5], { site: "a", kind: "bernoulli", keep: 0 }],
    ["always", [17], { site: "b", kind: "bernoulli", keep: 1 }],
    ["noise", [1001], { site: "noise", kind: "uniform", keep: 1 }],
    ["empty", [0], { site: "c", kind: "uniform", keep: 1 }],
  ];
  const made = createDraws({ inputs: draws.map((draw) => port(...draw)), outputs: [] });
  for (const at of [
    { seed: 0, step: 0 },
    { seed: 4294967295, step: 70000 },
  ]) {
    const words = draws.flatMap(([, , { site }]) => [at.step, 0, 0, at.seed, fnv1a(site)]);
    made.fill(Uint32Array.from(words));
    for (const [name, shape, { site, kind, keep }] of draws) {
      const count = shape.reduce((a, b) => a * b, 1);
      const expected =
        kind === "uniform"
          ? uniformValues({ ...at, site }, count)
          : bernoulliBits({ ...at, site }, count, keep);
      expect(made.view(name)).toEqual(expected);
    }
  }
});

test("many draws are made fast enough to hide in a step", () => {
  const made = createDraws({
    inputs: [port("mask", [1 << 20], { site: "mask", kind: "bernoulli", keep: 0.9 })],
    outputs: [],
  });
  made.fill(new Uint32Array(5));
  const start = performance.now();
  made.fill(new Uint32Array(5));
  expect(performance.now() - start).toBeLessThan(100);
});
