import { createEagerEngine, type Engine, GraftError } from "@graft-ml/core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { acquire } from "./acquire.js";
import { detect } from "./detect.js";
import type { Candidate } from "./device.js";

const cpu: Candidate = {
  name: "cpu",
  probe: async () => ({ available: true, description: "plain tfjs" }),
  open: () => createEagerEngine({ backend: "cpu" }),
};

const absent: Candidate = {
  name: "native",
  probe: async () => ({
    available: false,
    description: "ONNX Runtime",
    reason: "onnxruntime-node is not installed",
    install: "npm install onnxruntime-node",
  }),
  open: () => Promise.reject(new Error("must not be opened")),
};

const broken: Candidate = {
  name: "broken",
  probe: async () => ({ available: true, description: "a device that doesn't start" }),
  open: (): Promise<Engine> =>
    Promise.reject(new GraftError("engine-failed", "Its library did not load.")),
};

test("here, auto is ONNX Runtime, without a notice", async () => {
  const notices: string[] = [];
  const engine = await acquire({ threads: 2, onNotice: (message) => notices.push(message) });
  expect([engine.device, engine.name]).toEqual(["native", "native"]);
  expect(engine.description).toMatch(/^ONNX Runtime 1\.\d+\.\d+ on this CPU, 2 threads$/);
  expect(engine.reason).toMatch(/the fastest there is/);
  expect(notices).toEqual([]);
  await engine.close();
});

test("a stand-in is announced once, with the reason and the line that helps", async () => {
  const notices: string[] = [];
  const onNotice = (message: string) => notices.push(message);
  const engine = await acquire({ onNotice }, [absent, broken, cpu]);
  expect(engine.device).toBe("cpu");
  expect(notices).toEqual([
    "Running on tfjs cpu, operation by operation. native: onnxruntime-node is not installed. Install it with: npm install onnxruntime-node broken: Its library did not load.",
  ]);
  await engine.close();
});

test("a device asked for by name is never replaced", async () => {
  const asked = acquire({ device: "native" }, [absent, cpu]);
  await expect(asked).rejects.toMatchObject({
    code: "device-unavailable",
    message:
      'The device "native" does not work here: onnxruntime-node is not installed. Install it with: npm install onnxruntime-node',
  });
  await expect(acquire({ device: "abacus" }, [absent, cpu])).rejects.toThrow(
    'There is no device "abacus". The devices are: auto, native, cpu.',
  );
  const engine = await acquire({ device: "cpu" });
  expect([engine.device, engine.name]).toEqual(["cpu", "eager"]);
  await engine.close();
});

test("nothing that works is an error that says why", async () => {
  await expect(acquire({}, [absent, broken])).rejects.toMatchObject({
    code: "device-unavailable",
    message: expect.stringMatching(/No device works here\. native: .* broken: Its library/),
  });
});

test("every device is listed with what keeps it from working", async () => {
  const devices = await detect();
  expect(devices.map(({ name, available }) => [name, available])).toEqual([
    ["native", true],
    ["tfjs-node-gpu", false],
    ["tfjs-node", false],
    ["wasm", true],
    ["cpu", true],
  ]);
  expect(devices[1]).toMatchObject({ install: "npm install @tensorflow/tfjs-node-gpu" });
});
