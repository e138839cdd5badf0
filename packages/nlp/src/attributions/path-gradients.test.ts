import "@tensorflow/tfjs-backend-cpu";
import {
  type Batch,
  createEagerEngine,
  initWeights,
  type Program,
  taskProgram,
} from "@graft-ml/core";
import { expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { textTask } from "../texts/text-task.js";
import { pathGradients } from "./path-gradients.js";

const model = smallBert({ head: "sequence", numClasses: 2 });
const weights = initWeights(model, { seed: 5 });
const table = "bert.embeddings.word_embeddings.weight";

const ints = (...data: number[]) =>
  ({ dtype: "int32", shape: [1, 4], data: Int32Array.from(data) }) as const;
const floats = (...data: number[]) =>
  ({
    dtype: "float32",
    shape: data.length === 1 ? [1] : [1, data.length],
    data: Float32Array.from(data),
  }) as const;
const sides = { attention_mask: ints(1, 1, 1, 0), token_type_ids: ints(0, 0, 0, 0) };

async function outputOf(program: Program, batch: Batch, own = weights): Promise<number[]> {
  const engine = await createEagerEngine({ backend: "cpu" });
  const session = await engine.open({ weights: own });
  const { outputs } = await session.run(program, batch);
  await engine.close();
  return [...(Object.values(outputs)[0]!.data as Float32Array)];
}

test("the gradient along the line is the slope of the score, and padding has none", async () => {
  const portion = 0.3;
  const batch = {
    ...{ input_ids: ints(2, 7, 3, 0), baseline_ids: ints(2, 0, 3, 0), ...sides },
    ...{ portion: floats(portion), target: floats(0, 1) },
  };
  const found = await outputOf(pathGradients({ model, of: "logit" }), batch);
  for (const still of [0, 2, 3]) expect(Math.abs(found[still]!)).toBe(0);
  // Word 7 moved to a point of the line from [PAD], a bit before and a bit after.
  const logitAt = async (at: number): Promise<number> => {
    const width = 16;
    const data = weights[table]!.data.slice();
    const [pad, word] = [data.slice(0, width), data.slice(7 * width, 8 * width)];
    data.set(
      pad.map((value, i) => value + at * (word[i]! - value)),
      7 * width,
    );
    const moved = { ...weights, [table]: { ...weights[table]!, data } };
    const program = taskProgram({ model, task: textTask() });
    return (await outputOf(program, { input_ids: ints(2, 7, 3, 0), ...sides }, moved))[1]!;
  };
  const h = 0.02;
  const slope = ((await logitAt(portion + h)) - (await logitAt(portion - h))) / (2 * h);
  expect(Math.abs(slope)).toBeGreaterThan(0.01);
  expect(Math.abs(found[1]! - slope)).toBeLessThan(0.02 * Math.abs(slope));
});
