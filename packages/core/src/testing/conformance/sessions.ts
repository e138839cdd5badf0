import * as tf from "@tensorflow/tfjs-core";
import type { Batch, Session } from "../../engine.js";
import { isGraftError } from "../../errors.js";
import { adamw } from "../../optim/adamw.js";
import { paramGroups } from "../../optim/groups.js";
import { sgd } from "../../optim/sgd.js";
import type { Program } from "../../program.js";
import { bitsOf, full } from "./arrays.js";
import { optionsOf, type Suite } from "./kit.js";
import { convNet, linearLoss, mlp } from "./programs.js";

const trained = (seed = 4) => ({ optimizer: adamw({ learningRate: 0.01 }), seed });

/** Snapshots, memory, closing and errors. */
export function sessionTests(suite: Suite): void {
  snapshotTests(suite);
  memoryTest(suite);
  closingTests(suite);
  errorTests(suite);
}

function snapshotTests({ test, expect, withSession }: Suite): void {
  test("a restored snapshot goes on to the same bytes, on a fresh engine too", async () => {
    const steps = async (session: Session, count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await session.step(mlp.program, mlp.batch(5));
    };
    const { middle, end, again } = await withSession(optionsOf(mlp, trained()), async (session) => {
      await steps(session, 3);
      const snapshot = await session.snapshot();
      const before = bitsOf(snapshot);
      await steps(session, 3);
      const last = bitsOf(await session.snapshot());
      expect(bitsOf(snapshot)).toEqual(before);
      await session.restore(snapshot);
      expect(bitsOf(await session.snapshot())).toEqual(before);
      await steps(session, 3);
      return { middle: snapshot, end: last, again: bitsOf(await session.snapshot()) };
    });
    expect(again).toEqual(end);
    const elsewhere = await withSession(optionsOf(mlp, trained(99)), async (session) => {
      await session.restore(middle);
      await steps(session, 3);
      return bitsOf(await session.snapshot());
    });
    expect(elsewhere).toEqual(end);
  });

  test("buffers are part of a snapshot", async () => {
    await withSession(optionsOf(convNet, trained()), async (session) => {
      const start = await session.snapshot();
      await session.step(convNet.program, convNet.batch(4));
      const moved = bitsOf(await session.snapshot());
      await session.restore(start);
      expect(bitsOf(await session.snapshot())).toEqual(bitsOf(start));
      await session.step(convNet.program, convNet.batch(4));
      expect(bitsOf(await session.snapshot())).toEqual(moved);
    });
  });

  test("a snapshot that does not fit is refused, and nothing changes", async () => {
    await withSession(optionsOf(mlp, trained()), async (session) => {
      const good = await session.snapshot();
      const { "head.bias": _, ...fewer } = good.weights;
      const refused = async (snapshot: typeof good): Promise<unknown> =>
        codeOf(session.restore(snapshot));
      expect(await refused({ ...good, weights: fewer })).toBe("weight-missing");
      const extra = { ...good.weights, more: full([1], 0) };
      expect(await refused({ ...good, weights: extra })).toBe("weight-unexpected");
      const wrong = { ...good.weights, "head.bias": full([4], 0) };
      expect(await refused({ ...good, weights: wrong })).toBe("shape-mismatch");
      expect(await refused({ ...good, optimizer: null })).toBe("config-invalid");
      expect(bitsOf(await session.snapshot())).toEqual(bitsOf(good));
    });
  });
}

function memoryTest({ test, expect, withSession }: Suite): void {
  test("memory does not grow with steps, and closing gives all tensors back", async () => {
    const before = tf.memory().numTensors;
    await withSession(optionsOf(convNet, trained()), async (session) => {
      const work = async (): Promise<void> => {
        await session.step(convNet.program, [convNet.batch(4), convNet.batch(4)]);
        await session.run(convNet.program, convNet.batch(4));
        await session.snapshot();
      };
      await work();
      const [held, alive] = [session.memory(), tf.memory().numTensors];
      expect(held.parameterBytes).toBeGreaterThan(0);
      for (let i = 0; i < 5; i++) await work();
      expect(session.memory()).toEqual(held);
      expect(tf.memory().numTensors).toBe(alive);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
}

function closingTests({ test, expect, createEngine }: Suite): void {
  test("calls run in order, and close waits for them", async () => {
    const engine = await createEngine();
    const session = await engine.open(optionsOf(mlp, trained()));
    const order: string[] = [];
    const calls = [1, 2, 3].map((n) =>
      session.step(mlp.program, mlp.batch(4)).then(({ step }) => order.push(`step ${step} ${n}`)),
    );
    const closing = session.close().then(() => order.push("closed"));
    expect(await codeOf(session.step(mlp.program, mlp.batch(4)))).toBe("engine-closed");
    await Promise.all([...calls, closing, session.close()]);
    expect(order).toEqual(["step 1 1", "step 2 2", "step 3 3", "closed"]);
    expect(await codeOf(session.snapshot())).toBe("engine-closed");
    expect(await codeOf((async () => session.memory())())).toBe("engine-closed");
    await engine.close();
  });

  test("a closed engine has closed its sessions and opens none", async () => {
    const engine = await createEngine();
    const session = await engine.open(optionsOf(mlp, trained()));
    const inFlight = session.step(mlp.program, mlp.batch(4));
    await Promise.all([engine.close(), engine.close()]);
    expect((await inFlight).step).toBe(1);
    expect(await codeOf(session.run(mlp.program, mlp.batch(4)))).toBe("engine-closed");
    expect(await codeOf(engine.open(optionsOf(mlp)))).toBe("engine-closed");
  });
}

function errorTests({ test, expect, withSession }: Suite): void {
  test("a loss or a gradient that is not finite changes nothing", async () => {
    const options = optionsOf(linearLoss, { optimizer: sgd({ learningRate: 1, momentum: 0.9 }) });
    await withSession(options, async (session) => {
      await session.step(linearLoss.program, linearLoss.batch(2));
      const before = bitsOf(await session.snapshot());
      const { "matrix.weight": weight, ...rest } = linearLoss.batch(2);
      for (const value of [Number.NaN, Infinity]) {
        const spoilt = { ...rest, "matrix.weight": full(weight!.shape, value) };
        expect(await codeOf(session.step(linearLoss.program, spoilt))).toBe("loss-not-finite");
        expect(bitsOf(await session.snapshot())).toEqual(before);
      }
      const { step } = await session.step(linearLoss.program, linearLoss.batch(2));
      expect(step).toBe(2);
    });
  });

  test("misuse is refused by name, and the session goes on", async () => {
    const groups = paramGroups({ freeze: () => true });
    const before = tf.memory().numTensors;
    await withSession(optionsOf(mlp, { ...trained(), groups }), async (session) => {
      expect(await codeOf(session.step(mlp.program, mlp.batch(4)))).toBe("program-invalid");
    });
    await withSession(optionsOf(mlp), async (session) => {
      expect(await codeOf(session.step(mlp.program, mlp.batch(4)))).toBe("config-invalid");
      expect(typeof (await session.run(mlp.program, mlp.batch(4))).loss).toBe("number");
    });
    await withSession(optionsOf(mlp, trained()), async (session) => {
      const broken: Program = { key: "conformance-broken", config: null, run: failLate };
      const lossless: Program = { key: "conformance-lossless", config: null, run: () => ({}) };
      expect(await codeOf(session.step(broken, mlp.batch(4)))).toBe("program-invalid");
      expect(await codeOf(session.run(broken, mlp.batch(4)))).toBe("program-invalid");
      expect(await codeOf(session.step(lossless, mlp.batch(4)))).toBe("program-invalid");
      expect(await codeOf(session.step(mlp.program, []))).toBe("batch-invalid");
      for (const batch of wrongBatches()) {
        expect(await codeOf(session.step(mlp.program, batch))).toBe("batch-invalid");
        expect(await codeOf(session.run(mlp.program, batch))).toBe("batch-invalid");
      }
      expect((await session.step(mlp.program, mlp.batch(4))).step).toBe(1);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
}

/** Throws after a whole forward pass was recorded. */
const failLate: Program["run"] = (input) => {
  mlp.program.run(input);
  throw new TypeError("this program breaks on purpose");
};

function wrongBatches(): Batch[] {
  const { pixels, labels } = mlp.batch(4);
  const half = { dtype: "float16", shape: [4, 8], data: new Uint16Array(32) };
  return [
    { pixels: pixels!, labels: mlp.batch(3).labels! },
    { pixels: { ...pixels!, shape: [4, 9] }, labels: labels! },
    JSON.parse(JSON.stringify({ pixels: half, labels })) as Batch,
  ];
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return isGraftError(error) ? error.code : error;
  }
  return "no error";
}
