import { expect, test } from "vitest";
import { table } from "./table.js";

test("columns line up, numbers to the right", () => {
  const rows = [
    ["backbone", "bytes"],
    ["tiny", "12"],
    ["resnet18", "46,000"],
  ];
  expect(table(rows)).toBe("backbone  bytes\ntiny          12\nresnet18  46,000");
});
