import type { Batch, Engine, Session, SessionOptions, Snapshot } from "../../engine.js";
import { sgd } from "../../optim/sgd.js";
import { mapWeights } from "../../tree.js";
import type { FloatWeights } from "../../weights/host-tensor.js";
import type { Case } from "./programs.js";

type Matchers = {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
  toBeLessThan(expected: number): void;
  toBeGreaterThan(expected: number): void;
};

/** What a test runner gives: vitest's `test` and `expect` fit, and so do Jest's. */
export type TestKit = {
  test(name: string, body: () => Promise<void>): unknown;
  expect(actual: unknown, message?: string): Matchers;
};

/** What each part of the suite is handed. */
export type Suite = TestKit & {
  createEngine(): Promise<Engine>;
  /** Runs with a session on a fresh engine, and closes both. */
  withSession<T>(options: SessionOptions, use: (session: Session) => Promise<T>): Promise<T>;
};

export function createSuite(createEngine: () => Promise<Engine>, kit: TestKit): Suite {
  return {
    ...kit,
    createEngine,
    async withSession(options, use) {
      const engine = await createEngine();
      try {
        const session = await engine.open(options);
        const result = await use(session);
        await session.close();
        return result;
      } finally {
        await engine.close();
      }
    },
  };
}

/** A session's options for a case, and what overrides them. */
export const optionsOf = (
  { weights, buffers, groups }: Case,
  more: Partial<SessionOptions> = {},
): SessionOptions => ({
  weights,
  ...(buffers ? { buffers } : {}),
  ...(groups ? { groups } : {}),
  ...more,
});

/** Plain descent at rate 1 moves each weight by exactly its gradient. */
export async function gradientsOf(
  suite: Suite,
  subject: Case,
  batch: Batch | readonly Batch[],
): Promise<FloatWeights> {
  const options = optionsOf(subject, { optimizer: sgd({ learningRate: 1 }), seed: 5 });
  return suite.withSession(options, async (session) => {
    await session.step(subject.program, batch);
    return difference(subject.weights, (await session.snapshot()).weights);
  });
}

const difference = (before: FloatWeights, after: FloatWeights): FloatWeights =>
  mapWeights(before, ({ dtype, shape, data }, name) => ({
    dtype,
    shape,
    data: data.map((value, i) => value - (after[name]?.data[i] ?? Number.NaN)),
  }));

/** The snapshot after training on these batches. */
export async function train(
  suite: Suite,
  subject: Case,
  input: { options?: Partial<SessionOptions>; batches: readonly (Batch | readonly Batch[])[] },
): Promise<Snapshot> {
  return suite.withSession(optionsOf(subject, input.options), async (session) => {
    for (const batch of input.batches) await session.step(subject.program, batch);
    return session.snapshot();
  });
}
