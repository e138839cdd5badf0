import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundlePage } from "../harness/bundle.js";
import { noChromium } from "../harness/chromium.js";
import { type OpenPage, openPage } from "../harness/page.js";
import type { EnginePage } from "./page.js";

declare const engines: EnginePage;

let folder: string;
let isolated: OpenPage;
let plain: OpenPage;

describe.skipIf(noChromium)("an engine in a page", () => {
  beforeAll(async () => {
    folder = await bundlePage(new URL("page.ts", import.meta.url));
    isolated = await openPage(folder, { ready: "engines", webgpu: true });
    plain = await openPage(folder, { ready: "engines", isolated: false });
  }, 180_000);

  afterAll(async () => {
    await isolated?.close();
    await plain?.close();
    await rm(folder, { recursive: true });
  });

  test("devices are listed with what they are here", async () => {
    expect(await isolated.page.evaluate(() => engines.detect())).toEqual([
      {
        name: "webgpu",
        available: true,
        description: expect.stringMatching(
          /^ONNX Runtime on WebGPU: .*swiftshader.* \(software\)$/,
        ),
        onlyByName: "its adapter is software, slower than WebAssembly",
      },
      {
        name: "wasm",
        available: true,
        description: expect.stringMatching(/^ONNX Runtime in WebAssembly, \d+ threads?$/),
      },
      {
        name: "cpu",
        available: true,
        description: "plain tfjs in JavaScript, operation by operation: slow, and always there",
      },
    ]);
  });

  test("a page without WebGPU, and without isolation, says so of each device", async () => {
    const [webgpu, wasm, cpu] = await plain.page.evaluate(() => engines.detect());
    expect(webgpu).toMatchObject({ available: false, reason: expect.stringMatching(/WebGPU/) });
    expect(wasm).toMatchObject({
      available: true,
      description: expect.stringMatching(
        /, 1 thread, since the page is not cross-origin isolated: serve it with the headers /,
      ),
    });
    expect(cpu).toMatchObject({ available: true });
  });

  test("auto takes WebAssembly rather than WebGPU by software", async () => {
    const reason = await isolated.page.evaluate(() => engines.open({ device: "auto" }));
    expect(reason).toMatch(/^ONNX Runtime in WebAssembly, .*: the best of what works here\.$/);
    await isolated.page.evaluate(() => engines.close());
  });

  test("threads on a page that is not isolated are refused, with the headers", async () => {
    const open = () => engines.open({ device: "wasm", threads: 2 });
    expect(await plain.page.evaluate(open)).toBe(
      "device-unavailable: 2 threads are not possible: the page is not cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.",
    );
    expect(plain.page.workers()).toHaveLength(0);
  });

  test("a device of Node is none of a browser's", async () => {
    expect(await plain.page.evaluate(() => engines.open({ device: "native" }))).toBe(
      'device-unavailable: There is no device "native". The devices are: auto, webgpu, wasm, cpu.',
    );
  });

  test.each([
    ["one thread", 1],
    ["two threads", 2],
  ])("%s: steps need no more memory, and a closed engine leaves no worker", async (_, threads) => {
    const { page } = isolated;
    await page.evaluate((count) => engines.open({ device: "wasm", threads: count }), threads);
    const [first, last] = await page.evaluate(() => engines.steps());
    expect(last).toEqual(first);
    expect(first!.parameterBytes).toBeGreaterThan(0);
    expect(page.workers().length).toBeGreaterThan(0);
    expect(await page.evaluate(() => engines.close())).toMatch(/^engine-closed: /);
    // A browser gives threads that wait two seconds to end by themselves.
    await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
  });
});
