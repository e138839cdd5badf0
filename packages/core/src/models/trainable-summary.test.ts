import { expect, test } from "vitest";
import { adamw } from "../optim/adamw.js";
import { paramGroups } from "../optim/groups.js";
import { freezeTo } from "./freeze.js";
import { createModel } from "./registry.js";
import { trainableSummary, trainableSummaryText } from "./trainable-summary.js";
import { summary } from "./weights.js";

const model = createModel("resnet18", { numClasses: 10 });
const groups = paramGroups({ freeze: freezeTo(model, "layer3") });
const optimizer = adamw({ learningRate: 1 });

test("a row a stage, and the total of all", () => {
  const { stages, total } = trainableSummary(model, { groups, optimizer });
  expect(stages.map(({ name }) => name)).toEqual([
    "stem",
    "layer1",
    "layer2",
    "layer3",
    "layer4",
    "fc",
  ]);
  expect(stages.at(-1)).toEqual({
    name: "fc",
    parameters: 5130,
    trainable: 5130,
    frozen: 0,
    bytes: { weights: 20520, gradients: 20520, state: 41040 },
  });
  expect(stages[0]).toMatchObject({
    parameters: 9536,
    frozen: 9536,
    // The running statistics of its 64 channels too.
    bytes: { weights: 4 * (9536 + 128), gradients: 0, state: 0 },
  });
  // torchvision's resnet18 with 10 classes.
  expect(total.parameters).toBe(11181642);
  expect(total.parameters).toBe(summary(model).parameters);
  expect(total.trainable + total.frozen).toBe(total.parameters);
  expect(stages.reduce((sum, { bytes }) => sum + bytes.state, 0)).toBe(total.bytes.state);
});

test("as text, a line a stage", () => {
  const lines = trainableSummaryText(trainableSummary(model, { groups })).split("\n");
  expect(lines[0]).toBe("stage   parameters  trainable     frozen   weights  gradients    state");
  expect(lines.at(-2)).toBe(
    "fc           5,130      5,130          0   0.0 MiB    0.0 MiB  0.0 MiB",
  );
  expect(lines.at(-1)).toBe(
    "total   11,181,642  8,398,858  2,782,784  42.7 MiB   32.0 MiB  0.0 MiB",
  );
});
