import { expect, test } from "vitest";
import type { FloatWeights } from "../weights/host-tensor.js";
import { loadWeights } from "../weights/load.js";
import { memoryStore } from "../weights/store.js";
import { replaceHead, withInputChannels, withoutTop } from "./config.js";
import { fitStore } from "./fit-store.js";
import { initWeights } from "./init-weights.js";
import { createModel } from "./registry.js";

const whole = createModel("vgg", { blocks: [1, 1], widths: [2, 3], hiddenWidth: 4, numClasses: 3 });
const published = initWeights(whole, { seed: 3 });
const FIRST = "features.0.weight";

test("a model without its top takes its part of the whole's weights", async () => {
  const cut = withoutTop(whole);
  const weights = await loadWeights(cut.specs, fitStore(cut, memoryStore(published)));
  expect(Object.keys(weights)).toEqual(Object.keys(cut.specs));
  expect(weights["features.3.weight"]).toEqual(published["features.3.weight"]);
  const grafted = replaceHead(cut, 2);
  const trunk = await loadWeights(grafted.specs, fitStore(grafted, memoryStore(published)), {
    allowMissing: [grafted.classifier],
  });
  expect(Object.keys(trunk)).toEqual(Object.keys(weights));
});

test("what is neither the model's nor its top's is still unexpected", async () => {
  const cut = withoutTop(whole);
  const store = memoryStore({ ...published, "stranger.weight": published[FIRST]! });
  await expect(loadWeights(cut.specs, fitStore(cut, store))).rejects.toThrow(/stranger.weight/);
});

/** As many numbers as the filter has windows, each window its channel's letter. */
const filterOf = (weights: FloatWeights): number[][] => {
  const { data, shape } = weights[FIRST]!;
  return Array.from({ length: shape[0]! * shape[1]! }, (_, row) => [
    ...data.subarray(row * 9, row * 9 + 9),
  ]);
};

test.each([1, 2, 4, 7])("the first filter for %i channels", async (channels) => {
  const model = withInputChannels(whole, channels);
  const store = fitStore(model, memoryStore(published));
  expect((await store.list())[FIRST]?.shape).toEqual([2, channels, 3, 3]);
  const adapted = filterOf(await loadWeights(model.specs, store));
  const rgb = filterOf(published);
  for (let out = 0; out < 2; out++) {
    const [red, green, blue] = rgb.slice(out * 3, out * 3 + 3) as [number[], number[], number[]];
    for (let channel = 0; channel < channels; channel++) {
      const expected =
        channels === 1
          ? red.map((value, i) => value + green[i]! + blue[i]!)
          : [red, green, blue][channel % 3]!.map((value) => (value * 3) / channels);
      const actual = adapted[out * channels + channel]!;
      for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
    }
  }
});

test("weights that have the model's channels already stay, and so does a prefix", async () => {
  const model = withInputChannels(whole, 1);
  const own = initWeights(model, { seed: 4 });
  const prefixed = Object.fromEntries(
    Object.entries(own).map(([key, value]) => [`b.${key}`, value]),
  );
  const store = fitStore(model, memoryStore(prefixed), { prefix: "b." });
  expect(await loadWeights(model.specs, store, { prefix: "b." })).toEqual(own);
  const cut = withoutTop(whole);
  const rest = Object.fromEntries(
    Object.entries(published).map(([key, value]) => [`b.${key}`, value]),
  );
  const found = await fitStore(cut, memoryStore(rest), { prefix: "b." }).list();
  expect(Object.keys(found)).toEqual(Object.keys(cut.specs).map((name) => `b.${name}`));
});
