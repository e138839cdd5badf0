import "@tensorflow/tfjs-backend-cpu";
import { engineConformance } from "@graft-ml/core/testing";
import { describe, expect, test } from "vitest";
import { acquire } from "./acquire.js";

describe.each(["native", "cpu"])("%s", (device) => {
  engineConformance(() => acquire({ device, threads: 2 }), { test, expect });
});

/** What the two builds of ONNX Runtime compute; all else is the same code for both. All: GRAFT_CONFORMANCE=all. */
const computed = /eager reference|finite differences|random draws|training run/;
const everything = process.env.GRAFT_CONFORMANCE === "all";

describe("wasm", () => {
  const some = (name: string, run: () => Promise<void>, timeout?: number) => {
    if (everything || computed.test(name)) test(name, run, timeout);
  };
  engineConformance(() => acquire({ device: "wasm", threads: 2 }), { test: some, expect });
});
