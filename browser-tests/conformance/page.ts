import "@tensorflow/tfjs-backend-cpu";
import type { Engine } from "@graft-ml/core";
import { engineConformance } from "@graft-ml/core/testing";
import { acquire } from "@graft-ml/gpu-backend";
import { JestChaiExpect } from "@vitest/expect";
import * as chai from "chai";

chai.use(JestChaiExpect);
// chai's types know nothing of the matchers that were added to it.
const expect = chai.expect as unknown as Parameters<typeof engineConformance>[1]["expect"];

/** What a test of Node calls in the page. */
export type ConformancePage = {
  /** Runs one test of the suite by its name, on a device. */
  run(name: string, on: ConformanceOn): Promise<void>;
};

export type ConformanceOn = {
  readonly device: string;
  readonly threads: number;
  /** Whether it takes the engine of the tests before, which nobody closes. */
  readonly shared: boolean;
};

let held: Promise<Engine> | undefined;

async function sharedEngine(on: { device: string; threads: number }): Promise<Engine> {
  held ??= acquire(on);
  return { ...(await held), close: async () => {} };
}

const run: ConformancePage["run"] = async (name, { shared, ...on }) => {
  const bodies = new Map<string, () => Promise<void>>();
  const test = (named: string, body: () => Promise<void>) => bodies.set(named, body);
  const createEngine = () => (shared ? sharedEngine(on) : acquire(on));
  engineConformance(createEngine, { test, expect });
  await bodies.get(name)!();
};

Object.assign(globalThis, { conformance: { run } satisfies ConformancePage });
