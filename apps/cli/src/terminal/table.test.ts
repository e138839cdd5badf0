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

test("numbers with their units, and dashes for those that nobody knows, stand to the right", () => {
  const rows = [
    ["name", "size", "top-1"],
    ["a", "5 MB", "71.59 %"],
    ["b", "1.34 GB", "—"],
    ["c", "138.4 M", "3 of 4"],
    ["d", "-0.5", "no"],
  ];
  expect(table(rows).split("\n")).toEqual([
    "name  size     top-1",
    "a        5 MB  71.59 %",
    "b     1.34 GB        —",
    "c     138.4 M  3 of 4",
    "d        -0.5  no",
  ]);
});
