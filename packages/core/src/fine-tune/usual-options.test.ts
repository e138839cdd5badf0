import { expect, test } from "vitest";
import { usualOptions } from "./usual-options.js";

test("pictures teach a head before more layers learn, texts all at once", () => {
  expect(usualOptions({ task: "image", strategy: "finetune" })).toMatchObject({
    ...{ epochs: 20, lr: null, headEpochs: 30, headLr: 3e-3, batchSize: 32 },
    ...{ schedule: "cosine", weightDecay: 0.05, clipNorm: null, validation: 0.2 },
  });
  expect(usualOptions({ task: "text", strategy: "finetune" })).toMatchObject({
    ...{ epochs: 4, lr: null, headEpochs: 0, batchSize: 16 },
    ...{ schedule: "linear", warmup: 0.1, weightDecay: 0.01, clipNorm: 1 },
  });
});

test("a head alone is taught as usual, of texts with their own decay", () => {
  expect(usualOptions({ task: "text", strategy: "probe" })).toMatchObject({
    ...{ epochs: 30, lr: 3e-3, schedule: "cosine", weightDecay: 0.01, clipNorm: null },
  });
  expect(usualOptions({ task: "masked", strategy: "finetune" })).toMatchObject({
    ...{ epochs: 10, lr: 1e-4, headEpochs: 0 },
  });
  expect(usualOptions({ task: "image", strategy: "few-shot" }).validation).toBe(0);
});
