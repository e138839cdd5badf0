import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../../engine.js";
import { adamw } from "../../optim/adamw.js";
import { decayToStart } from "../../optim/decay-to-start.js";
import { withEma } from "../../optim/ema.js";
import { paramGroups } from "../../optim/groups.js";
import type { Optimizer, ParamGroups } from "../../optim/optimizer.js";
import { sgd } from "../../optim/sgd.js";
import { mapWeights } from "../../tree.js";
import type { FloatWeights, HostTensor } from "../../weights/host-tensor.js";
import { bitsOf, worstRelative } from "./arrays.js";
import { optionsOf, type Suite, train } from "./kit.js";
import { linearLoss, mlp } from "./programs.js";

/** Every optimizer against its pure form, state and all; the rate of one update. */
export function optimizerTests(suite: Suite): void {
  formTests(suite);
  rateTest(suite);
}

function formTests(suite: Suite): void {
  const { test, expect } = suite;
  const learningRate = (step: number): number => 0.1 / (step + 1);
  const groups = paramGroups({ rates: { "matrix.bias": 0.5 } });
  const optimizers: Record<string, Optimizer> = {
    sgd: sgd({ learningRate, weightDecay: 0.05 }),
    "sgd with momentum": sgd({ learningRate, momentum: 0.9, weightDecay: 0.05 }),
    "sgd with nesterov": sgd({ learningRate, momentum: 0.9, nesterov: true }),
    adamw: adamw({ learningRate, beta2: 0.95, weightDecay: 0.1 }),
    "sgd with running means": withEma(sgd({ learningRate, momentum: 0.9 }), { decay: 0.7 }),
    "adamw towards the start, with running means": withEma(
      decayToStart(adamw({ learningRate, beta2: 0.95, weightDecay: 0.1 })),
      { decay: 0.7 },
    ),
    "sgd with running means, towards the start": decayToStart(
      withEma(sgd({ learningRate, weightDecay: 0.05 }), { decay: 0.7 }),
    ),
  };
  for (const [name, optimizer] of Object.entries(optimizers)) {
    test(`${name} updates as its pure form does`, async () => {
      const batches = [1, 2, 3, 4].map((samples) => linearLoss.batch(samples));
      const { weights, optimizer: kept } = await train(suite, linearLoss, {
        options: { optimizer, groups },
        batches,
      });
      const pure = pureUpdates(optimizer, groups, batches);
      expect(worstRelative(weights, pure.weights)).toBeLessThan(2e-6);
      expect(Object.keys(kept?.state ?? {})).toEqual(Object.keys(pure.state));
      for (const [slot, arrays] of Object.entries(pure.state)) {
        expect(worstRelative(kept?.state[slot] ?? {}, arrays), slot).toBeLessThan(1e-5);
      }
    });
  }
}

function rateTest(suite: Suite): void {
  const { test, expect, withSession } = suite;
  test("a factor multiplies the rate of one update, and is no new program", async () => {
    const groups = paramGroups({ rates: { "head.bias": 0.5 } });
    const run = (learningRate: (step: number) => number, factors: readonly number[]) =>
      withSession(
        optionsOf(mlp, { optimizer: adamw({ learningRate }), groups }),
        async (session) => {
          for (const rateFactor of factors) {
            await session.step(mlp.program, mlp.batch(4), { rateFactor });
          }
          const { compiledPrograms } = session.memory();
          expect(compiledPrograms).toBeLessThan(2);
          return bitsOf(await session.snapshot());
        },
      );
    const expected = await run((step) => (step === 1 ? 0.25 : 0.5), [1, 1, 1]);
    expect(await run(() => 0.5, [1, 0.5, 1])).toEqual(expected);
  });
}

/** The weights and slots of `linearLoss`, whose gradients are the mean of the batch's own numbers. */
function pureUpdates(
  optimizer: Optimizer,
  groups: ParamGroups,
  batches: readonly Batch[],
): { weights: FloatWeights; state: Record<string, FloatWeights> } {
  const state = Object.fromEntries(
    optimizer.slots.map((slot) => [slot, {} as Record<string, HostTensor<"float32">>]),
  );
  const weights = mapWeights(linearLoss.weights, ({ shape, data: start }, name) => {
    const host = (tensor: tf.Tensor): HostTensor<"float32"> => ({
      dtype: "float32",
      shape,
      data: tensor.dataSync<"float32">().slice(),
    });
    let last: HostTensor<"float32"> | undefined;
    tf.tidy(() => {
      let weight: tf.Tensor = tf.tensor(start, [...shape]);
      let slots: Readonly<Record<string, tf.Tensor>> = Object.fromEntries(
        optimizer.slots.map((slot) => [slot, tf.zerosLike(weight)]),
      );
      batches.forEach((batch, step) => {
        const field = batch[name]!;
        const grad = tf.mean(tf.tensor(field.data, [...field.shape], "float32"), 0);
        const scalars = optimizer.scalars({ step, group: groups(name, shape) });
        ({ weight, state: slots } = optimizer.update({ weight, grad, state: slots, scalars }));
      });
      for (const [slot, tensor] of Object.entries(slots)) state[slot]![name] = host(tensor);
      last = host(weight);
    });
    return last!;
  });
  return { weights, state };
}
