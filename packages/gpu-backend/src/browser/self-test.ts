import {
  type Batch,
  type Conv,
  conv,
  createEagerEngine,
  crossEntropy,
  type Engine,
  type FloatWeights,
  GraftError,
  globalAveragePool,
  type HostTensor,
  type Linear,
  linear,
  nest,
  type Program,
  relu,
  sgd,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";

/** Most that a weight may be apart after a step at rate 1, where gradients are up to about 1. */
const TOLERANCE = 1e-3;

/**
 * Makes one step of a small convolutional network on the engine and on plain tfjs: some drivers compute wrong
 * gradients without a word. Throws `device-unavailable`.
 */
export async function requireGradients(engine: Engine): Promise<void> {
  await import("@tensorflow/tfjs-backend-cpu");
  const reference = await createEagerEngine({ backend: "cpu" });
  try {
    const wanted = await weightsAfterStep(reference);
    const got = await weightsAfterStep(engine);
    const apart = Math.max(...Object.keys(wanted).map((name) => apartBy(wanted[name], got[name])));
    if (apart <= TOLERANCE) return;
    throw new GraftError(
      "device-unavailable",
      `${engine.description} computes wrong gradients: ${apart.toExponential(1)} from those of plain tfjs, more than ${TOLERANCE}. Take another device.`,
      { details: { device: engine.name, apart } },
    );
  } finally {
    await reference.close();
  }
}

type Net = { stem: Conv; head: Linear };

const program: Program = {
  key: "gradient-self-test",
  config: null,
  run({ params, batch }) {
    const { stem, head } = nest<Net>(params);
    const seen = relu(conv(stem, batch.image as tf.Tensor4D, { stride: 2, pad: 1 }));
    const logits = linear(head, globalAveragePool(seen)) as tf.Tensor2D;
    return { loss: crossEntropy({ logits, labels: batch.labels as tf.Tensor1D }) };
  },
};

async function weightsAfterStep(engine: Engine): Promise<FloatWeights> {
  const session = await engine.open({
    weights: {
      "stem.weight": wave([8, 3, 3, 3], 1),
      "stem.bias": wave([8], 2),
      "head.weight": wave([4, 8], 3),
      "head.bias": wave([4], 4),
    },
    optimizer: sgd({ learningRate: 1 }),
    seed: 1,
  });
  const batch: Batch = {
    image: wave([4, 16, 16, 3], 5),
    labels: { dtype: "int32", shape: [4], data: Int32Array.of(0, 1, 2, 3) },
  };
  await session.step(program, batch);
  const { weights } = await session.snapshot();
  await session.close();
  return weights;
}

/** Numbers between -1 and 1 that no two places share. */
function wave(shape: readonly number[], phase: number): HostTensor<"float32"> {
  const length = tf.util.sizeFromShape([...shape]);
  const data = Float32Array.from({ length }, (_, i) => Math.sin(phase + i * 0.7));
  return { dtype: "float32", shape, data };
}

function apartBy(
  wanted: HostTensor<"float32"> | undefined,
  got: HostTensor<"float32"> | undefined,
): number {
  if (wanted === undefined || got === undefined) return Number.POSITIVE_INFINITY;
  const apart = wanted.data.map((value, i) => Math.abs(value - (got.data[i] ?? Number.NaN)));
  // A comparison with what is no number is never true.
  return apart.every((one) => one < Number.POSITIVE_INFINITY) ? Math.max(...apart) : Infinity;
}
