import { modelFromConfig } from "@graft-ml/core";
import { preprocessFromConfig } from "@graft-ml/vision";
import { registry } from "@graft-ml/zoo";
import { expect, test } from "vitest";

const pictures = registry.filter(({ task }) => task === "image");

test.for(pictures)("$name is a model of ours with the parameters it is said to have", (entry) => {
  const specs = Object.entries(modelFromConfig(entry.config).specs);
  const count = (names: RegExp): number =>
    specs
      .filter(([name]) => names.test(name))
      .reduce((sum, [, { shape }]) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(count(/^(?!.*running_)/)).toBe(entry.parameters);
  // Each norm's counter of batches, which we have no use for, takes eight bytes.
  const counters = specs.filter(([name]) => name.endsWith("running_mean")).length;
  expect(entry.bytes).toBe(4 * count(/./) + 8 * counters);
});

test.for(pictures)("$name says how it wants its pictures", ({ config }) => {
  const { size, resize } = preprocessFromConfig(config);
  expect([size, resize]).toEqual([[224, 224], { kind: "short-side", pixels: 256 }]);
});
