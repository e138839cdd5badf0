import * as tf from "@tensorflow/tfjs-core";

/** Runs synchronous work on one tfjs backend, whichever another engine of this process left in use. */
export type OnBackend = <T>(work: () => T) => Promise<T>;

export function createBackendSwitch(backend: string): OnBackend {
  return async (work) => {
    // Again after each wait: what else ran meanwhile may have switched it away.
    while (tf.getBackend() !== backend) await tf.setBackend(backend);
    return work();
  };
}
