import "@tensorflow/tfjs-backend-cpu";
import { createEagerEngine, type Engine, mapWeights, type Snapshot } from "@graft-ml/core";
import { expect, test } from "vitest";
import { requireGradients } from "./self-test.js";

/** An engine whose weights after a step are not what they should be. */
async function wrongBy(change: (value: number, index: number) => number): Promise<Engine> {
  const engine = await createEagerEngine({ backend: "cpu" });
  const spoilt = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    weights: mapWeights(snapshot.weights, (tensor) => ({
      ...tensor,
      data: tensor.data.map(change),
    })),
  });
  return {
    ...engine,
    description: "A driver",
    open: async (options) => {
      const session = await engine.open(options);
      return { ...session, snapshot: async () => spoilt(await session.snapshot()) };
    },
  };
}

test("an engine with the gradients of plain tfjs passes, as does one that rounds otherwise", async () => {
  await requireGradients(await createEagerEngine({ backend: "cpu" }));
  await requireGradients(await wrongBy((value) => value + 1e-5));
});

test.each([
  ["one weight that is off", (value: number, index: number) => value + (index === 7 ? 0.01 : 0)],
  ["nothing but zeros", () => 0],
  ["what is no number", () => Number.NaN],
])("an engine with %s is refused", async (_, change) => {
  await expect(requireGradients(await wrongBy(change))).rejects.toMatchObject({
    code: "device-unavailable",
    message: expect.stringMatching(/^A driver computes wrong gradients: .* Take another device\.$/),
  });
});

test("an engine that fails at its step fails the test by its own error", async () => {
  const engine = await createEagerEngine({ backend: "cpu" });
  await engine.close();
  await expect(requireGradients(engine)).rejects.toMatchObject({ code: "engine-closed" });
});
