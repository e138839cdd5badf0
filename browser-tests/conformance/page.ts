import "@tensorflow/tfjs-backend-cpu";
import { engineConformance } from "@graft-ml/core/testing";
import { acquire, detect } from "@graft-ml/gpu-backend";
import { JestChaiExpect } from "@vitest/expect";
import * as chai from "chai";

chai.use(JestChaiExpect);
const expect = chai.expect as unknown as Parameters<typeof engineConformance>[1]["expect"];

/** What a test of Node calls in the page. */
export type ConformancePage = {
  detect: typeof detect;
  /** Runs one test of the suite by its name, on a device. */
  run(name: string, options: { device: string; threads: number }): Promise<void>;
};

const run: ConformancePage["run"] = async (name, options) => {
  const bodies = new Map<string, () => Promise<void>>();
  const test = (named: string, body: () => Promise<void>) => bodies.set(named, body);
  engineConformance(() => acquire(options), { test, expect });
  await bodies.get(name)!();
};

Object.assign(globalThis, { conformance: { detect, run } satisfies ConformancePage });
