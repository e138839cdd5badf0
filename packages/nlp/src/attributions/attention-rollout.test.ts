import "@tensorflow/tfjs-backend-cpu";
import { createEagerEngine, initWeights, modelFromConfig } from "@graft-ml/core";
import { expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { attentionRollout } from "./attention-rollout.js";

const { config } = smallBert({ head: "sequence", numClasses: 2 });
const ints = (data: number[]) =>
  ({ dtype: "int32", shape: [2, 4], data: Int32Array.from(data) }) as const;
const batch = {
  input_ids: ints([2, 7, 9, 3, 2, 5, 3, 0]),
  attention_mask: ints([1, 1, 1, 1, 1, 1, 1, 0]),
  token_type_ids: ints([0, 0, 0, 0, 0, 0, 0, 0]),
};

/** Queries of 0 look at all tokens alike, so that what is passed on is known. */
async function rolledOut(pooling: string): Promise<number[]> {
  const model = modelFromConfig({ ...config, pooling });
  const weights = Object.fromEntries(
    Object.entries(initWeights(model, { seed: 1 })).map(([name, weight]) => [
      name,
      name.includes("query") ? { ...weight, data: weight.data.map(() => 0) } : weight,
    ]),
  );
  const engine = await createEagerEngine({ backend: "cpu" });
  const session = await engine.open({ weights });
  const { outputs } = await session.run(attentionRollout(model), batch);
  await engine.close();
  return [...(outputs.rollout!.data as Float32Array)];
}

test("a first token keeps a quarter after two layers, and the rest is shared by what is no padding", async () => {
  const [four, three] = [3 / 4 / 4, 3 / 4 / 3];
  const expected = [1 / 4 + four, four, four, four, 1 / 4 + three, three, three, 0];
  const found = await rolledOut("pooler");
  for (const [at, value] of found.entries()) expect(value).toBeCloseTo(expected[at]!, 6);
});

test("a mean of tokens that look at each other alike is shared alike", async () => {
  const expected = [1 / 4, 1 / 4, 1 / 4, 1 / 4, 1 / 3, 1 / 3, 1 / 3, 0];
  const found = await rolledOut("mean");
  for (const [at, value] of found.entries()) expect(value).toBeCloseTo(expected[at]!, 6);
});
