import { expect, test } from "vitest";
import { planWindows } from "./windows.js";

const plan = (lengths: readonly number[], options: object) =>
  planWindows(lengths, { room: 7, side: "right", ...options });

test("the longer text loses first, the second where they are equal", () => {
  expect(plan([10, 7], {})).toEqual([
    [
      [0, 4],
      [0, 3],
    ],
  ]);
  expect(plan([7, 10], {})).toEqual([
    [
      [0, 4],
      [0, 3],
    ],
  ]);
  expect(plan([10, 2], {})).toEqual([
    [
      [0, 5],
      [0, 2],
    ],
  ]);
  expect(plan([2, 10], {})).toEqual([
    [
      [0, 2],
      [0, 5],
    ],
  ]);
  expect(plan([4, 3], {})).toEqual([
    [
      [0, 4],
      [0, 3],
    ],
  ]);
});

/** Google's way: one token after the other. */
function popped(lengths: readonly [number, number], room: number): [number, number] {
  let [first, second] = lengths;
  while (first + second > room) {
    if (first > second) first--;
    else second--;
  }
  return [first, second];
}

test("the same as taking tokens one by one", () => {
  const range = Array.from({ length: 10 }, (_, index) => index);
  const pairs = range.flatMap((first) => range.map((second) => [first, second] as const));
  for (const room of range) {
    const planned = pairs.map((lengths) => plan(lengths, { room })[0]!.map(([, to]) => to));
    expect(planned).toEqual(pairs.map((lengths) => popped(lengths, room)));
  }
});

test("only one text is cut, and its windows share tokens", () => {
  const options = { truncation: "only_second", stride: 2 };
  expect(plan([3, 9], options)).toEqual(
    [
      [0, 4],
      [2, 6],
      [4, 8],
      [6, 9],
    ].map((window) => [[0, 3], window]),
  );
  expect(plan([3, 9], { ...options, side: "left" })[0]).toEqual([
    [0, 3],
    [5, 9],
  ]);
});

test("what can't be cut is told", () => {
  expect(() => plan([8, 9], { truncation: "only_second" })).toThrow(
    /the first text alone has 8 tokens and 7 fit/,
  );
  expect(() => plan([8, 9], { stride: 1 })).toThrow(/windows over a pair need/);
  expect(() => plan([9], { stride: 7 })).toThrow(/can't share 7: take a stride below 7/);
  expect(() => plan([9], { room: -1 })).toThrow(/no room for 1 of the special tokens/);
});
