import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { probeOnnxRuntime } from "./onnx-node.js";

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
