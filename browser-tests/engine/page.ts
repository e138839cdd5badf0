import { isGraftError, type Program, type SessionMemory, sgd } from "@graft-ml/core";
import { acquire, type Device, detect } from "@graft-ml/gpu-backend";
import * as tf from "@tensorflow/tfjs-core";

/** What a test of Node calls in the page. */
export type EnginePage = {
  detect(): Promise<readonly Device[]>;
  /** Opens an engine and says which; an error by its code and words. */
  open(options: { device: string; threads?: number }): Promise<string>;
  /** Memory after the first and after the tenth of ten steps on the engine that is open. */
  steps(): Promise<readonly SessionMemory[]>;
  /** Closes the engine that is open, and says what its session answers then. */
  close(): Promise<string>;
};

type Open = Awaited<ReturnType<typeof acquire>>;
type Opened = Awaited<ReturnType<Open["open"]>>;

let engine: Open | undefined;
let session: Opened | undefined;

const vector = (length: number) =>
  ({ dtype: "float32", shape: [length], data: new Float32Array(length).fill(1) }) as const;

const program: Program = {
  key: "squares",
  config: null,
  run: ({ params, batch }) => ({ loss: tf.mean(tf.square(tf.sub(params.w!, batch.x!))) }),
};

const inWords = (error: unknown): string =>
  isGraftError(error) ? `${error.code}: ${error.message}` : String(error);

const here: EnginePage = {
  detect,
  async open(options) {
    try {
      engine = await acquire(options);
      return engine.reason;
    } catch (error) {
      return inWords(error);
    }
  },
  async steps() {
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
    session = await engine!.open({ weights: { w: vector(1000) }, optimizer });
    const memory: SessionMemory[] = [];
    for (let step = 0; step < 10; step++) {
      await session.step(program, { x: { ...vector(1000), shape: [1, 1000] } });
      memory.push(session.memory());
    }
    return [memory[0]!, memory.at(-1)!];
  },
  async close() {
    await engine!.close();
    try {
      return JSON.stringify(session!.memory());
    } catch (error) {
      return inWords(error);
    }
  },
};

Object.assign(globalThis, { engines: here });
