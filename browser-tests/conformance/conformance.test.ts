import { rm } from "node:fs/promises";
import { engineConformance } from "@graft-ml/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundlePage } from "../harness/bundle.js";
import { noChromium } from "../harness/chromium.js";
import { type OpenPage, openPage } from "../harness/page.js";
import type { ConformancePage } from "./page.js";

declare const conformance: ConformancePage;

/** What a device computes; all else is the same code for all. All: GRAFT_CONFORMANCE=all. */
const computed = /eager reference|finite differences|random draws|training run/;
/** Of these, enough of WebGPU for one that is made of software: it takes seconds for each new graph. */
const fewer = /conv-net: |mlp: gradients|random draws/;
/** They need an engine of their own; for the others to have one takes seconds each, and minutes on WebGPU. */
const closing = /closed engine|close waits/;
const everything = process.env.GRAFT_CONFORMANCE === "all";

const devices = [
  { name: "wasm, one thread", device: "wasm", threads: 1, isolated: false },
  { name: "wasm, two threads", device: "wasm", threads: 2, isolated: true },
  { name: "webgpu, by software", device: "webgpu", threads: 1, isolated: true, webgpu: true },
];

let folder: string;

beforeAll(async () => {
  if (!noChromium) folder = await bundlePage(new URL("page.ts", import.meta.url));
}, 180_000);

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

describe.skipIf(noChromium).each(devices)("in Chromium on $name", (on) => {
  let open: OpenPage;

  beforeAll(async () => {
    open = await openPage(folder, { ready: "conformance", ...on });
  }, 180_000);

  afterAll(() => open?.close());

  const { device, threads, webgpu = false } = on;
  const asked = async (name: string) => {
    const shared = (webgpu || !everything) && !closing.test(name);
    await open.page.evaluate(([one, options]) => conformance.run(one, options), [
      name,
      { device, threads, shared },
    ] as const);
  };
  const nobody = () => Promise.reject(new Error("The engines are the page's."));
  const wanted = (name: string) =>
    everything || (computed.test(name) && (!webgpu || fewer.test(name)));
  engineConformance(nobody, {
    expect,
    test: (name) => {
      if (wanted(name)) test(name, () => asked(name), webgpu ? 600_000 : 120_000);
    },
  });
});
