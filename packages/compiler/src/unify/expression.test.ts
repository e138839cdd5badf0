import { expect, test } from "vitest";
import { evaluate, fit, toDim } from "./expression.js";

const sizes = [
  { batch: 5, height: 37 },
  { batch: 7, height: 37 },
  { batch: 5, height: 53 },
  { batch: 9, height: 69 },
];

/** What a program would compute at each trace, and the expression that is found for it. */
const found: [(size: { batch: number; height: number }) => number, number | string | undefined][] =
  [
    [() => 12, 12],
    [({ batch }) => batch, "batch"],
    [({ batch }) => 3 * batch, "3*batch"],
    [({ batch, height }) => batch * height * 64, "64*batch*height"],
    [({ height }) => height + 2, "height+2"],
    [({ height }) => 2 * height - 1, "2*height-1"],
    [({ height }) => Math.floor((height + 1) / 2), "(height+1)/2"],
    [({ height }) => Math.ceil(height / 16), "(height+15)/16"],
    [({ height }) => Math.floor(height / 4), "height/4"],
    [({ batch, height }) => batch * height + height, undefined],
    [({ height }) => height ** 2, undefined],
  ];

for (const [size, expression] of found) {
  test(`${size.toString().split("=> ")[1]} is found as ${expression}`, () => {
    const values = sizes.map(size);
    const fitted = fit(values, sizes);
    expect(fitted && toDim(fitted)).toBe(expression);
    if (fitted) expect(sizes.map((one) => evaluate(fitted, one))).toEqual(values);
  });
}
