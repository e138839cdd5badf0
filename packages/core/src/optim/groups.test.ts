import { expect, test } from "vitest";
import { defaultGroups, paramGroups } from "./groups.js";

test("by default matrices decay, biases do not, and nothing is frozen", () => {
  expect(defaultGroups("fc.weight", [2, 3])).toEqual({ rate: 1, decay: 1, frozen: false });
  expect(defaultGroups("bn.weight", [3])).toEqual({ rate: 1, decay: 0, frozen: false });
});

test("prefixes freeze and slow down whole segments; the longest rate counts", () => {
  const groups = paramGroups({
    freeze: ["conv1", "layer1"],
    rates: { layer4: 0.1, "layer4.1": 0.5 },
  });
  expect(groups("layer1.0.weight", [1, 1]).frozen).toBe(true);
  expect(groups("layer10.0.weight", [1, 1]).frozen).toBe(false);
  expect(groups("layer4.0.weight", [1, 1]).rate).toBe(0.1);
  expect(groups("layer4.1.weight", [1, 1]).rate).toBe(0.5);
  expect(groups("fc.weight", [1, 1]).rate).toBe(1);
  const chosen = paramGroups({ freeze: (name) => !name.startsWith("fc"), decay: () => 2 });
  expect(chosen("fc.bias", [1])).toEqual({ rate: 1, decay: 2, frozen: false });
  expect(chosen("conv1.weight", [1]).frozen).toBe(true);
});

test("a prefix that holds no weight is told by name", () => {
  const names = ["conv1.weight", "layer1.0.weight", "fc.bias"];
  expect(() => paramGroups({ freeze: ["layer9"], rates: { head: 1 }, names })).toThrow(
    'No weight lies under "layer9", "head". The first segments of the names are: conv1, layer1, fc.',
  );
  expect(() => paramGroups({ freeze: ["layer1", "fc"], names })).not.toThrow();
});
