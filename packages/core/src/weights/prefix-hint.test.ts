import { expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { fitStore } from "../models/fit-store.js";
import { initWeights } from "../models/init-weights.js";
import type { Model } from "../models/model.js";
import { createModel } from "../models/registry.js";
import type { FloatWeights } from "./host-tensor.js";
import { type LoadOptions, loadWeights } from "./load.js";
import { memoryStore, type WeightStore } from "./store.js";
import { withoutPrefix } from "./without-prefix.js";

const model = createModel("resnet_cifar", { blocks: 1, widths: [2, 3, 4] });
const weights = initWeights(model, { seed: 1 });

const behind = (prefix: string, values: FloatWeights = weights): FloatWeights =>
  Object.fromEntries(Object.entries(values).map(([name, array]) => [prefix + name, array]));

async function told(store: WeightStore, options?: LoadOptions, of: Model = model): Promise<string> {
  const error = await loadWeights(of.specs, store, options).catch((caught: unknown) => caught);
  expect(isGraftError(error, "weight-missing")).toBe(true);
  return String(error);
}

test.each(["module.", "model.", "backbone.", "_orig_mod.module."])(
  "where every name begins with %s, the error says how to take it off, and that works",
  async (prefix) => {
    const store = memoryStore(behind(prefix), "x.pth");
    expect(await told(store)).toContain(
      `Every name there begins with "${prefix}": take it off with openWeights(path, { stripPrefix: "${prefix}" }), or with withoutPrefix(store, "${prefix}").`,
    );
    expect(await loadWeights(model.specs, withoutPrefix(store, prefix))).toEqual(weights);
  },
);

test("a part of a larger network is read by its prefix", async () => {
  const larger = memoryStore({
    ...behind("student.encoder."),
    "neck.weight": weights["conv1.weight"]!,
  });
  expect(await told(larger)).toContain(
    'They are there behind "student.encoder.": give { prefix: "student.encoder." } to loadWeights',
  );
  const prefix = "student.encoder.";
  expect(await loadWeights(model.specs, larger, { prefix })).toEqual(weights);
  expect(await told(larger, { prefix: "encoder." })).toContain(`give { prefix: "${prefix}" }`);
});

test("another head does not hide the prefix; other names give none", async () => {
  const { "linear.weight": head, "linear.bias": _, ...trunk } = behind("module.");
  const other = memoryStore({ ...trunk, "module.fc.weight": head! });
  expect(await told(other)).toContain('{ stripPrefix: "module." }');
  const { "conv1.weight": first, ...rest } = weights;
  expect(await told(memoryStore({ ...rest, "a.first": first! }))).toContain(
    "Check that config and weights belong together.",
  );
});

test("a BERT behind a prefix", async () => {
  const bert = createModel("bert_tiny", { numClasses: 2, vocabSize: 20 });
  const store = memoryStore(behind("model.", initWeights(bert, { seed: 1 })));
  expect(await told(fitStore(bert, store), {}, bert)).toContain('{ stripPrefix: "model." }');
  const bare = fitStore(bert, withoutPrefix(store, "model."));
  expect(Object.keys(await loadWeights(bert.specs, bare))).toEqual(Object.keys(bert.specs));
});
