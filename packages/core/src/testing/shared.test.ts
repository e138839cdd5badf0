import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { sharedPath } from "./shared.js";

test("a path that is not there is undefined, and one that is can be opened", () => {
  expect(sharedPath("no/such/file")).toBeUndefined();
  const weights = sharedPath("weights");
  expect(weights === undefined || existsSync(weights)).toBe(true);
});
