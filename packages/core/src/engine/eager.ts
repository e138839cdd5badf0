import * as tf from "@tensorflow/tfjs-core";
import type { Engine, Session } from "../engine.js";
import { GraftError } from "../errors.js";
import { registerGradients } from "../gradients.js";
import { createBackendSwitch } from "./backend-switch.js";
import { openEagerSession } from "./eager-session.js";

export type EagerOptions = {
  /** A tfjs backend that is registered, such as "cpu" or "webgpu". Default: the one in use, else the best. */
  backend?: string;
};

/**
 * Runs programs operation by operation on a tfjs backend: slower than a compiled engine, and there
 * wherever tfjs runs. Registers core's gradient rules. Throws `device-unavailable`.
 */
export async function createEagerEngine(options: EagerOptions = {}): Promise<Engine> {
  registerGradients();
  const backend = await startBackend(options.backend);
  const onBackend = createBackendSwitch(backend);
  const sessions = new Set<Session>();
  let closed = false;
  return {
    name: "eager",
    description: `tfjs ${backend}, operation by operation`,
    async open(input) {
      if (closed) throw new GraftError("engine-closed", "This engine is closed. Create a new one.");
      const session = await openEagerSession(input, onBackend);
      sessions.add(session);
      const close = async (): Promise<void> => {
        sessions.delete(session);
        await session.close();
      };
      return { ...session, close };
    },
    async close() {
      closed = true;
      await Promise.all([...sessions].map((session) => session.close()));
      sessions.clear();
    },
  };
}

async function startBackend(wanted: string | undefined): Promise<string> {
  const registered = Object.keys(tf.engine().registryFactory);
  const unavailable = (why: string): GraftError =>
    new GraftError(
      "device-unavailable",
      `${why} Registered tfjs backends: ${registered.join(", ") || "none; import one, such as @tensorflow/tfjs-backend-cpu"}.`,
      { details: { backend: wanted, registered } },
    );
  if (wanted === undefined) {
    if (registered.length === 0) throw unavailable("There is no tfjs backend to run on.");
    await tf.ready();
    return tf.getBackend();
  }
  if (!registered.includes(wanted)) throw unavailable(`The tfjs backend "${wanted}" is not there.`);
  if (await tf.setBackend(wanted)) return wanted;
  throw unavailable(`The tfjs backend "${wanted}" did not start.`);
}
