import { registry } from "@graft-ml/zoo";
import { expect, test } from "vitest";
import { familyOf } from "./model-families.js";

test("every name of the registry has its family", () => {
  const found = registry.map(({ name }) => familyOf({ name, embedded: false }));
  expect(found).not.toContain("Others");
  // The list has a heading a family only where a family's names stand together.
  const headings = found.filter((family, i) => family !== found[i - 1]);
  expect(headings).toEqual([...new Set(found)]);
  expect(familyOf({ name: "resnext50_32x4d", embedded: false })).toMatch(/^ResNet/);
  expect(familyOf({ name: "resnet18-half", embedded: true })).toMatch(/^Embedded/);
});
