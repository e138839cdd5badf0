import { expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { checkClasses } from "./check-classes.js";

test("a name for each class, no more and no less", () => {
  const model = smallBert({ head: "sequence", numClasses: 2 });
  expect(() => checkClasses(model, ["a", "b"])).not.toThrow();
  expect(() => checkClasses(model, ["a"])).toThrow(/1 class names for a model of 2 classes/);
});
