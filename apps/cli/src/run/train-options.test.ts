import { expect, test } from "vitest";
import { resolveOptions, trainOptions } from "./train-options.js";

const none = () => "tiny";

test("defaults depend on the strategy", () => {
  const probe = resolveOptions({ data: "/p" }, {}, none);
  expect(probe).toMatchObject({
    strategy: "probe",
    epochs: 30,
    lr: 3e-3,
    backbone: "tiny",
    seed: 0,
  });
  const tuned = resolveOptions({ data: "/p", strategy: "finetune" }, {}, none);
  expect(tuned).toMatchObject({ epochs: 10, lr: 1e-4, headEpochs: 30 });
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
