import { expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { checkClassNames } from "./check-class-names.js";

test("a name for each class, no more and no less", () => {
  const model = smallBert({ head: "sequence", numClasses: 2 });
  expect(() => checkClassNames(model, ["a", "b"])).not.toThrow();
  expect(() => checkClassNames(model, ["a"])).toThrow(/1 class names for a model of 2 classes/);
});
