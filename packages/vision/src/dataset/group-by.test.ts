import { isGraftError } from "@graft-ml/core";
import { expect, test } from "vitest";
import { withFolder } from "../testing-node.js";
import { openPictures } from "./dataset.js";

const empty = new Uint8Array();

test("names below the class folder tell groups, which a split keeps together", async () => {
  const files = Object.fromEntries(
    ["cat", "dog"].flatMap((name) =>
      Array.from({ length: 12 }, (_, i) => [`${name}/p${i >> 2}-${i}.png`, empty]),
    ),
  );
  await withFolder({ ...files, "cat/p7/x.png": empty, "dog/other.png": empty }, async (root) => {
    const options = { groupBy: /^(p\d+)/, validation: 0.3 };
    const { train, validation } = await openPictures(root, options);
    const groups = new Map([...train, ...validation].map(({ name, group }) => [name, group]));
    expect(groups.get("cat/p2-9.png")).toBe("p2");
    expect(groups.get("cat/p7/x.png")).toBe("p7");
    expect(groups.get("dog/other.png")).toBeUndefined();
    const learned = new Set(train.map(({ group }) => group));
    expect(validation.length).toBeGreaterThan(0);
    for (const { group } of validation) if (group) expect(learned.has(group)).toBe(false);

    const error = await openPictures(root, { groupBy: /^patient/ }).catch((caught) => caught);
    expect(isGraftError(error, "config-invalid")).toBe(true);
    expect(String(error)).toContain("No file name matches the pattern of groups /^patient/");
  });
});

test("a CSV's own groups stay", async () => {
  const csv = "path,label,group\na1.png,a,x\na2.png,a,\nb1.png,b,\nb2.png,b,\n";
  await withFolder({ "set.csv": new TextEncoder().encode(csv) }, async (root) => {
    const { train } = await openPictures(`${root}/set.csv`, { groupBy: /\d/, validation: 0 });
    expect(train.map(({ name, group }) => [name, group])).toEqual([
      ["a1.png", "x"],
      ["a2.png", "2"],
      ["b1.png", "1"],
      ["b2.png", "2"],
    ]);
  });
});
