import { expect, it } from "vitest";
import { golden } from "../testing/golden-domains.js";
import { nearestClasses } from "./nearest.js";

it("tells the class of the nearest row", () => {
  const { domains, sourceLabels: labels } = golden;
  expect([...nearestClasses({ ...domains, labels })]).toEqual(golden.nearest);
});
