import { rm } from "node:fs/promises";
import { engineConformance } from "@graft-ml/core/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundlePage } from "../harness/bundle.js";
import { noChromium, startChromium } from "../harness/chromium.js";
import { type Site, serveFolder } from "../harness/site.js";
import type { ConformancePage } from "./page.js";

declare const conformance: ConformancePage;

/** What a device computes; all else is the same code for all. All: GRAFT_CONFORMANCE=all. */
const computed = /eager reference|finite differences|random draws|training run/;
const everything = process.env.GRAFT_CONFORMANCE === "all";

const devices = [
  { name: "wasm, one thread", device: "wasm", threads: 1, isolated: false },
  { name: "wasm, two threads", device: "wasm", threads: 2, isolated: true },
  { name: "webgpu, by software", device: "webgpu", threads: 1, isolated: true, webgpu: true },
];

let folder: string;

beforeAll(async () => {
  if (!noChromium) folder = await bundlePage(new URL("page.ts", import.meta.url));
}, 60_000);

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

describe.skipIf(noChromium).each(devices)("in Chromium on $name", (on) => {
  let site: Site;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    site = await serveFolder(folder, { isolated: on.isolated });
    browser = await startChromium({ webgpu: on.webgpu ?? false });
    page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => "conformance" in globalThis);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const { device, threads } = on;
  const asked = async (name: string) => {
    await page.evaluate(([one, options]) => conformance.run(one, options), [
      name,
      { device, threads },
    ] as const);
  };
  const nobody = () => Promise.reject(new Error("The engines are the page's."));
  engineConformance(nobody, {
    expect,
    test: (name) => {
      if (everything || computed.test(name)) test(name, () => asked(name), 120_000);
    },
  });
});
