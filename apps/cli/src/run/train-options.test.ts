import { expect, test } from "vitest";
import { resolveOptions, trainOptions } from "./train-options.js";

const none = () => "tiny";

test("defaults depend on the strategy", () => {
  const tuned = resolveOptions({ data: "/p" }, {}, none);
  expect(tuned).toMatchObject({
    strategy: "finetune",
    epochs: 20,
    lr: null,
    headEpochs: 30,
    headLr: 3e-3,
    backbone: "tiny",
    seed: 0,
  });
  const probe = resolveOptions({ data: "/p", strategy: "probe" }, {}, none);
  expect(probe).toMatchObject({ epochs: 30, lr: 3e-3 });
  expect(trainOptions.parse(tuned)).toEqual(tuned);
});

test("flags win over the file, the file over the defaults", () => {
  const flags = { data: "/p", epochs: 3, lr: undefined };
  const file = { epochs: 5, lr: 0.1, data: "/q", backbone: "/b" };
  expect(resolveOptions(flags, file, none)).toMatchObject({
    data: "/p",
    epochs: 3,
    lr: 0.1,
    backbone: "/b",
  });
});

test("no data is wrong usage", () => {
  expect(() => resolveOptions({}, {}, none)).toThrow(expect.objectContaining({ code: "usage" }));
});
