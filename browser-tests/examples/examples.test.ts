import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noChromium, startChromium } from "../harness/chromium.js";
import { serveFolder } from "../harness/site.js";

const minute = 60_000;
const run = promisify(execFile);
const examples = fileURLToPath(new URL("../../examples", import.meta.url));
const sample = fileURLToPath(new URL("../../apps/cli/assets/sample/train", import.meta.url));

describe.skipIf(noChromium)("an example", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    browser = await startChromium();
    folder = await mkdtemp(join(tmpdir(), "graft-examples-"));
  }, minute);

  afterAll(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  it(
    "of a bundler's project trains on pictures",
    async () => {
      const site = join(folder, "vite");
      const vite = join(examples, "node_modules/vite/bin/vite.js");
      const args = [vite, "build", "vite-page", "--outDir", site, "--logLevel", "warn"];
      const env = { ...process.env, NODE_ENV: "production", VITEST: undefined };
      await run(process.execPath, args, { cwd: examples, env });
      await inPage(site, async (page) => {
        await page.locator("#first").setInputFiles(await pictures("bird"));
        await page.locator("#second").setInputFiles(await pictures("fruit"));
        await trained(page);
        await page.locator("#asked").setInputFiles((await pictures("fruit"))[0]!);
        await expect
          .poll(() => page.locator("output").textContent(), { timeout: minute })
          .toMatch(/^that, \d+ %$/);
      });
    },
    5 * minute,
  );

  it(
    "of plain HTML trains on texts",
    async () => {
      const site = join(folder, "plain");
      await run(process.execPath, [join(examples, "plain-page/build.mjs"), site]);
      await inPage(site, async (page) => {
        await trained(page);
        await page.locator("#asked").fill("What a lovely evening, thank you");
        await page.locator("#asked").blur();
        await expect
          .poll(() => page.locator("output").textContent(), { timeout: minute })
          .toMatch(/^praise, \d+ %$/);
      });
    },
    5 * minute,
  );

  async function inPage(site: string, use: (page: Page) => Promise<void>): Promise<void> {
    const served = await serveFolder(site);
    const page = await browser.newPage();
    await page.goto(served.url);
    await use(page);
    await page.close();
    await served.close();
  }
});

async function trained(page: Page): Promise<void> {
  await page.locator("#train").click();
  await expect
    .poll(() => page.locator("output").textContent(), { timeout: 4 * minute })
    .toBe("ready");
}

async function pictures(name: string): Promise<string[]> {
  const names = await readdir(join(sample, name));
  return names.sort().map((file) => join(sample, name, file));
}
