import { afterEach, expect, test, vi } from "vitest";
import { probeWasm, probeWebgpu } from "./probe.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const nvidia = { vendor: "nvidia", architecture: "hopper", description: "" };

function adapter(found: object | null): void {
  vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => found } });
}

test("WebAssembly works where it has SIMD, and says with how many threads", () => {
  expect(probeWasm(2)).toEqual({
    available: true,
    description: "ONNX Runtime in WebAssembly, 2 threads",
  });
});

test("WebAssembly without SIMD is refused", () => {
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  expect(probeWasm(2)).toMatchObject({
    available: false,
    reason: expect.stringContaining("no SIMD"),
  });
});

test("WebGPU works where there is an adapter, which is named", async () => {
  adapter({ info: nvidia });
  expect(await probeWebgpu()).toEqual({
    available: true,
    description: "ONNX Runtime on WebGPU: nvidia hopper",
  });
  adapter({ info: { ...nvidia, vendor: "", architecture: "" } });
  expect((await probeWebgpu()).description).toBe("ONNX Runtime on WebGPU: an adapter");
});

test.each([
  ["by its name", { info: { vendor: "google", architecture: "swiftshader", description: "" } }],
  ["by a flag of the adapter", { info: nvidia, isFallbackAdapter: true }],
  ["by a flag of what is known of it", { info: { ...nvidia, isFallbackAdapter: true } }],
])("an adapter that is software, %s, is taken only by name", async (_, found) => {
  adapter(found);
  expect(await probeWebgpu()).toMatchObject({
    available: true,
    description: expect.stringMatching(/\(software\)$/),
    onlyByName: "its adapter is software, slower than WebAssembly",
  });
});

test("no WebGPU and no adapter are told apart", async () => {
  vi.stubGlobal("navigator", {});
  expect(await probeWebgpu()).toMatchObject({
    available: false,
    reason: expect.stringContaining("this browser has no WebGPU"),
  });
  adapter(null);
  expect(await probeWebgpu()).toMatchObject({
    available: false,
    reason: "WebGPU is there, but finds no adapter",
  });
});
