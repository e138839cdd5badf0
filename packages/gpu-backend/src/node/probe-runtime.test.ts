import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { probeOnnxRuntime, probeOnnxRuntimeWeb } from "./probe-runtime.js";

test("here, ONNX Runtime is there", () => {
  const probe = probeOnnxRuntime();
  expect(probe.available).toBe(true);
  expect(probe.description).toMatch(/^ONNX Runtime 1\.\d+\.\d+ on this CPU, \d+ threads$/);
});

test("where it isn't installed, the line that installs it is given", () => {
  expect(probeOnnxRuntime({ from: pathToFileURL(`${tmpdir()}/index.js`) })).toMatchObject({
    available: false,
    reason: expect.stringMatching(/not installed/),
    install: "ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node",
  });
});

test("a platform that it has no binary for is named", () => {
  const probe = probeOnnxRuntime({ platform: "linux", arch: "riscv64" });
  expect(probe).toMatchObject({
    available: false,
    reason: expect.stringMatching(/no binary for linux riscv64/),
  });
});

test("the build in WebAssembly is there, or told how to be", () => {
  expect(probeOnnxRuntimeWeb({ threads: 2 })).toEqual({
    available: true,
    description: expect.stringMatching(/^ONNX Runtime 1\.\d+\.\d+ in WebAssembly, 2 threads$/),
  });
  expect(probeOnnxRuntimeWeb({ from: pathToFileURL(`${tmpdir()}/index.js`) })).toMatchObject({
    available: false,
    install: "npm install onnxruntime-web",
  });
});
