import * as tf from "@tensorflow/tfjs-core";

/** How many tfjs tensors `work` leaves alive beyond those before it. Handle its errors inside. */
export async function leakedTensors(work: () => unknown): Promise<number> {
  const before = tf.memory().numTensors;
  await work();
  return tf.memory().numTensors - before;
}
