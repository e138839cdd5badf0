import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { instantiateKernels } from "./kernels.js";

const count = 40;
const f = Math.fround;

/** Four arrays of `count` floats in one memory, filled with numbers of both signs. */
function setUp() {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const kernels = instantiateKernels(memory);
  const at = [0, 1, 2, 3].map((index) => index * count * 4) as [number, number, number, number];
  const views = at.map((address) => new Float32Array(memory.buffer, address, count));
  const [w, g, m, v] = views as [Float32Array, Float32Array, Float32Array, Float32Array];
  for (let i = 0; i < count; i++) {
    w[i] = Math.sin(i * 3 + 1);
    g[i] = Math.cos(i * 5) * 10;
    m[i] = Math.sin(i) / 7;
    v[i] = Math.abs(Math.cos(i));
  }
  return { kernels, at, w, g, m, v };
}

test("the committed module is what the text compiles to", () => {
  const script = fileURLToPath(new URL("../../../../scripts/build-wasm.mjs", import.meta.url));
  execFileSync(process.execPath, [script, "--check"]);
});

test.each([
  { own: 0, past: 1, form: "plain" },
  { own: 1, past: 0.9, form: "nesterov" },
])("sgd with $form momentum, to the bit", ({ own, past }) => {
  const { kernels, at, w, g, m } = setUp();
  const before = { w: w.slice(), g: g.slice(), m: m.slice() };
  const [scale, rate, decay, momentum] = [f(0.5), f(0.1), f(1e-2), f(0.9)];
  kernels.sgdMomentum(at[0], at[1], at[2], count, scale, rate, decay, momentum, own, past);
  for (let i = 0; i < count; i++) {
    const d = f(f(before.g[i]! * scale) + f(before.w[i]! * decay));
    const next = f(f(before.m[i]! * momentum) + d);
    const move = f(f(d * own) + f(next * f(past)));
    expect(m[i]).toBe(next);
    expect(w[i]).toBe(f(before.w[i]! - f(move * rate)));
  }
  expect(g).toEqual(before.g);
});

test("sgd without state, to the bit", () => {
  const { kernels, at, w, g } = setUp();
  const before = w.slice();
  const [scale, rate, decay] = [f(2), f(0.3), f(0.05)];
  kernels.sgd(at[0], at[1], count, scale, rate, decay);
  for (let i = 0; i < count; i++)
    expect(w[i]).toBe(f(before[i]! - f(f(f(g[i]! * scale) + f(before[i]! * decay)) * rate)));
});

test("adamw, to the bit", () => {
  const { kernels, at, w, g, m, v } = setUp();
  const before = { w: w.slice(), m: m.slice(), v: v.slice() };
  const [scale, rate, keep, b1, c1, b2, c2, unbias, epsilon] = [
    0.7, 0.01, 0.999, 0.9, 0.1, 0.99, 0.01, 33, 1e-8,
  ].map(f) as [number, number, number, number, number, number, number, number, number];
  kernels.adamw(...at, count, ...([scale, rate, keep, b1, c1, b2, c2, unbias, epsilon] as const));
  for (let i = 0; i < count; i++) {
    const d = f(g[i]! * scale);
    const mean = f(f(before.m[i]! * b1) + f(d * c1));
    const variance = f(f(before.v[i]! * b2) + f(f(d * d) * c2));
    const root = f(f(Math.sqrt(f(variance * unbias))) + epsilon);
    expect(m[i]).toBe(mean);
    expect(v[i]).toBe(variance);
    expect(w[i]).toBe(f(f(before.w[i]! * keep) - f(f(mean * rate) / root)));
  }
});

test("the squared norm adds in double precision and tells a float that isn't finite", () => {
  const { kernels, at, g } = setUp();
  const expected = g.reduce((sum, x) => sum + x * x, 0);
  expect(kernels.squaredNorm(at[1], count)).toBeCloseTo(expected, 9);
  g[7] = 3e38;
  expect(kernels.squaredNorm(at[1], count)).toBeGreaterThan(8e76);
  for (const [index, value] of [
    [0, Number.NaN],
    [2, Number.POSITIVE_INFINITY],
    [39, Number.NEGATIVE_INFINITY],
  ] as const) {
    const kept = g[index]!;
    g[index] = value;
    expect(Number.isFinite(kernels.squaredNorm(at[1], count))).toBe(false);
    g[index] = kept;
  }
});

test("scale and accumulate touch their own array alone", () => {
  const { kernels, at, w, g, m } = setUp();
  const before = { w: w.slice(), g: g.slice(), m: m.slice() };
  kernels.scale(at[0], count, 3);
  expect([...w]).toEqual([...before.w].map((x) => f(x * 3)));
  kernels.accumulate(at[1], at[0], count);
  expect([...g]).toEqual([...before.g].map((x, i) => f(x + w[i]!)));
  expect(m).toEqual(before.m);
});
