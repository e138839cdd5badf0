import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createBert, initWeights, modelFromConfig, writeSafetensors } from "@graft-ml/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adaptCommand } from "../commands/adapt.js";
import { evalCommand } from "../commands/eval.js";
import { eventsOf, makeTextBackbone, scratchFolder } from "../testing.js";

let [folder, remove] = ["", async () => {}];
const at = (...names: string[]): string => join(folder, ...names);
const texts = ["film", "book", "pan", "saw"].flatMap((thing) => [
  `a good ${thing},liked`,
  `a great ${thing},liked`,
  `a bad ${thing},disliked`,
  `a dull ${thing},disliked`,
]);

beforeAll(async () => {
  ({ folder, remove } = await scratchFolder());
  await makeTextBackbone(at("distilbert"), texts);
  await writeFile(at("films.csv"), ["text,label", ...texts.slice(0, 8), ""].join("\n"));
  await writeFile(at("tools.csv"), ["text,label", ...texts.slice(8), ""].join("\n"));
  const { config } = createBert("distilbert_base", { head: "masked", vocabSize: 200 });
  const sizes = { dim: 16, n_layers: 2, n_heads: 2, hidden_dim: 32, max_position_embeddings: 32 };
  const model = modelFromConfig({ ...config, ...sizes, initializer_range: 0.2 });
  await writeFile(at("distilbert", "config.json"), JSON.stringify(model.config));
  const weights = writeSafetensors(initWeights(model, { seed: 1 }), { format: "pt" });
  await writeFile(at("distilbert", "model.safetensors"), weights);
});
afterAll(() => remove());

test("features pass the layer that DistilBERT has before its last one", async () => {
  const domains = ["--source", at("films.csv"), "--target", at("tools.csv")];
  const more = ["--backbone", at("distilbert"), "--method", "source only", "--out", at("adapted")];
  const end = (await eventsOf(adaptCommand, [...domains, ...more])).at(-1);
  const { candidates } = end as unknown as { candidates: { oracleAccuracy: number }[] };
  expect(candidates).toHaveLength(1);
  const measured = (await eventsOf(evalCommand, [at("adapted"), at("tools.csv")])).at(-1);
  expect(measured).toHaveProperty("accuracy", candidates[0]!.oracleAccuracy);
  expect(candidates[0]!.oracleAccuracy).toBeGreaterThan(0.5);
});
