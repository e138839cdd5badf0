import * as tf from "@tensorflow/tfjs-core";
import { createEagerEngine } from "../../engine/eager.js";
import type { RunResult } from "../../engine.js";
import { sgd } from "../../optim/sgd.js";
import { hostRandom } from "../../random.js";
import { worstDifference } from "../worst-difference.js";
import { worstRelative } from "./arrays.js";
import { createSuite, gradientsOf, optionsOf, type Suite } from "./kit.js";
import { type Case, convNet, draws, frozenNet, linearLoss, mlp } from "./programs.js";

const reference = (suite: Suite): Suite =>
  createSuite(() => createEagerEngine({ backend: "cpu" }), suite);

/** Forward passes, random draws and gradients. */
export function forwardTests(suite: Suite): void {
  const { test, expect, withSession } = suite;
  const runOnce = (on: Suite, subject: Case, samples: number): Promise<RunResult> =>
    on.withSession(optionsOf(subject), (session) =>
      session.run(subject.program, subject.batch(samples)),
    );

  for (const subject of [linearLoss, mlp, convNet, frozenNet]) {
    const key = subject.program.key + (subject.groups ? " (frozen norm)" : "");
    test(`${key}: forward as the eager reference, at two batch sizes`, async () => {
      for (const samples of [4, 3]) {
        const actual = await runOnce(suite, subject, samples);
        const expected = await runOnce(reference(suite), subject, samples);
        expect(worstDifference([actual.loss!], [expected.loss!])).toBeLessThan(1e-5);
        expect(Object.keys(actual.outputs)).toEqual(Object.keys(expected.outputs));
        for (const [name, output] of Object.entries(expected.outputs)) {
          const found = actual.outputs[name]!;
          expect([found.dtype, [...found.shape]]).toEqual([output.dtype, [...output.shape]]);
          expect(worstDifference(numbers(found.data), numbers(output.data))).toBeLessThan(1e-5);
        }
      }
    });

    test(`${key}: gradients as the eager reference`, async () => {
      const actual = await gradientsOf(suite, subject, subject.batch(4));
      const expected = await gradientsOf(reference(suite), subject, subject.batch(4));
      expect(worstRelative(actual, expected)).toBeLessThan(1e-4);
    });
  }

  test("gradients as finite differences of the loss", async () => {
    const subject = frozenNet;
    const batch = subject.batch(4);
    const gradients = await gradientsOf(suite, subject, batch);
    for (const [name, index] of [
      ["fc.weight", 3],
      ["fc.bias", 1],
      ["norm.bias", 2],
    ] as const) {
      const lossAt = (shift: number): Promise<number> => {
        const { data, ...rest } = subject.weights[name]!;
        const moved = {
          ...rest,
          data: data.map((value, i) => (i === index ? value + shift : value)),
        };
        const options = { weights: { ...subject.weights, [name]: moved } };
        return withSession(options, async (s) => (await s.run(subject.program, batch)).loss!);
      };
      const slope = ((await lossAt(0.02)) - (await lossAt(-0.02))) / 0.04;
      expect(Math.abs(slope - gradients[name]!.data[index]!)).toBeLessThan(2e-3);
    }
  });

  test("random draws are those of core's hash of (seed, step, site, index)", async () => {
    const options = optionsOf(draws, { seed: 11, optimizer: sgd({ learningRate: 0.1 }) });
    await withSession(options, async (session) => {
      for (const step of [0, 1]) {
        const { outputs } = await session.run(draws.program, draws.batch(3));
        const expected = drawn({ seed: 11, step });
        expect(numbers(outputs.mask!.data)).toEqual(expected.mask);
        expect(numbers(outputs.noise!.data)).toEqual(expected.noise);
        await session.step(draws.program, draws.batch(3));
      }
    });
  });
}

function drawn(at: { seed: number; step: number }): { mask: number[]; noise: number[] } {
  return tf.tidy(() => {
    const random = hostRandom(at);
    const mask = numbers(random.bernoulli("mask", [3, 50], 0.7).dataSync());
    return { mask, noise: numbers(random.uniform("noise", [3, 50]).dataSync()) };
  }) as { mask: number[]; noise: number[] };
}

const numbers = (data: ArrayLike<number | bigint>): number[] => Array.from(data, Number);
