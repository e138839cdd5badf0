import { expect, test } from "vitest";
import { worstOf } from "./worst.js";

const base = { text: "a text" };

test("of a class what was said is asked about", () => {
  const predictions = [
    { ...base, name: "right", truth: "a", loss: 0.1, top: [{ label: "a", score: 0.9 }] },
    { ...base, name: "wrong", truth: "a", loss: 2, top: [{ label: "b", score: 0.8 }] },
  ];
  expect(worstOf({ task: "text", on: "test", predictions }, ["a", "b"])).toMatchObject([
    { name: "wrong", predicted: "b", about: "b", score: 0.8, truthScore: Math.exp(-2) },
  ]);
});

test("of labels the one that is most wrong, whether it was given or missed", () => {
  const names = ["film", "liked", "long"];
  const scored = (truth: string[], scores: number[]) =>
    worstOf(
      {
        task: "text-labels",
        on: "test",
        thresholds: [0.5, 0.5, 0.1],
        predictions: [{ ...base, name: "one", truth, loss: 1, scores }],
      },
      names,
    )[0]?.about;
  expect(scored(["film"], [0.4, 0.8, 0])).toBe("liked");
  expect(scored(["film"], [0.1, 0.8, 0])).toBe("film");
  // It is further from the truth, and still on the right side of its threshold.
  expect(scored(["long"], [0, 0.6, 0.2])).toBe("liked");
});

test("of several numbers the one that is furthest off in its own deviations", () => {
  const predictions = [{ ...base, name: "one", truth: [500, 2], loss: 1, values: [550, 3] }];
  const scale = { mean: [0, 0], std: [100, 1] };
  const scored = { task: "text-numbers", on: "test", scale, predictions } as const;
  expect(worstOf(scored, ["words", "stars"])).toMatchObject([
    { truth: "500, 2", predicted: "550, 3", about: "stars" },
  ]);
});
