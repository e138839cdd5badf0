import type { Page } from "playwright-core";
import { type ChromiumOptions, startChromium } from "./chromium.js";
import { type SiteOptions, serveFolder } from "./site.js";

/** A page that has run its script, in a browser and on a site of its own. */
export type OpenPage = {
  readonly page: Page;
  close(): Promise<void>;
};

export type PageOptions = SiteOptions &
  ChromiumOptions & {
    /** The global that the page's script sets when it is through. */
    readonly ready: string;
  };

/** Serves a folder that `bundlePage` made, and opens it. */
export async function openPage(
  folder: string,
  { ready, isolated = true, ...options }: PageOptions,
): Promise<OpenPage> {
  const site = await serveFolder(folder, { isolated });
  const browser = await startChromium(options);
  const page = await browser.newPage();
  await page.goto(site.url);
  await page.waitForFunction((name) => name in globalThis, ready);
  const close = async () => {
    await browser.close();
    await site.close();
  };
  return { page, close };
}
