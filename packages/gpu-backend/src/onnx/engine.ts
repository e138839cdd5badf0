import type { Target } from "@graft-ml/compiler";
import { type Engine, GraftError, registerGradients, type Session } from "@graft-ml/core";
import { createGraphs } from "./graphs.js";
import type { Digest } from "./hash.js";
import { openNativeSession } from "./native-session.js";
import { asSession } from "./session.js";
import type { Transport } from "./transport.js";

export type OnnxOptions = {
  /** Threads of one computation. Default: as many as there are cores. */
  threads?: number;
  /**
   * Most bytes of compiled graphs (models and constants) to hold; beyond that, the longest unused are let
   * go and compiled anew when they are needed. Default 2 GiB.
   */
  maxGraphBytes?: number;
};

/** Who computes for an engine, and how it is known. */
export type OnnxHost = {
  readonly name: string;
  readonly description: string;
  readonly threads: number;
  /** What its runtime computes. Default "native". */
  readonly target?: Target;
  readonly maxGraphBytes?: number | undefined;
  start(): Transport;
  readonly digest: Digest;
};

/** Compiles programs to ONNX graphs, which ONNX Runtime runs on the other side of a transport. */
export async function createOnnxEngine(host: OnnxHost): Promise<Engine> {
  const { name, description, threads, target = "native", maxGraphBytes = 2 ** 31, digest } = host;
  registerGradients();
  const transport = host.start();
  const graphs = createGraphs(transport, { maxBytes: maxGraphBytes, digest });
  await transport.call("hello", { threads });
  const sessions = new Set<Session>();
  let opened = 0;
  let closing: Promise<void> | undefined;
  return {
    name,
    description,
    async open(input) {
      if (closing)
        throw new GraftError("engine-closed", "This engine is closed. Create a new one.");
      const native = await openNativeSession(input, {
        ...{ id: opened++, transport, graphs, target },
      });
      const session = asSession(native, () => sessions.delete(session));
      sessions.add(session);
      return session;
    },
    close: () => {
      closing ??= Promise.all([...sessions].map((session) => session.close())).then(() =>
        transport.close(),
      );
      return closing;
    },
  };
}
