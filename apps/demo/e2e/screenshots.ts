// Takes a picture of every room of the built page, wide and narrow, light and dark, after a real training:
//   pnpm --filter @graft-ml/demo exec tsx e2e/screenshots.ts [FOLDER]
// FOLDER: docs/demo. Needs Chromium.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChromium } from "@graft-ml/browser-tests/chromium";
import { serveFolder } from "@graft-ml/browser-tests/site";
import type { Page } from "playwright-core";
import { buildSite } from "./built-site.js";

const rooms = ["teach", "train", "try", "keep"] as const;
const sizes = { wide: { width: 1280, height: 860 }, narrow: { width: 375, height: 812 } } as const;
const looks = ["light", "dark"] as const;
const minute = 60_000;

const folder = process.argv[2] ?? fileURLToPath(new URL("../../../docs/demo", import.meta.url));
await mkdir(folder, { recursive: true });
const built = await buildSite();
const site = await serveFolder(built);
const browser = await startChromium();
const page = await browser.newPage({ reducedMotion: "reduce", viewport: sizes.wide });
await page.goto(`${site.url}/`);
await page.getByRole("button", { name: "Take the sample pictures" }).click();
await page.getByText("8 classes, 120 pictures").first().waitFor({ timeout: minute });
await enter(page, "train");
await page.getByRole("checkbox").check();
await page.getByRole("button", { name: "Start training" }).click();
await page.getByRole("heading", { name: "What it learned" }).waitFor({ timeout: 15 * minute });
for (const room of rooms) {
  // The try room forgets what it was shown when it is left.
  if (room !== "try") await enter(page, room);
  else await showPictures(page);
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const look of looks) {
      await page.emulateMedia({ colorScheme: look });
      const path = join(folder, `${room}-${size}-${look}.jpg`);
      await page.screenshot({ path, type: "jpeg", quality: 80, fullPage: true });
      process.stdout.write(`${path}\n`);
    }
  }
  await page.setViewportSize(sizes.wide);
}
await browser.close();
await site.close();
await rm(built, { recursive: true });

async function showPictures(on: Page): Promise<void> {
  await enter(on, "try");
  await on.getByRole("button", { name: "Try sample pictures" }).click();
  await on.locator(".answer").nth(3).waitFor({ timeout: minute });
}

async function enter(on: Page, room: string): Promise<void> {
  await on.locator(`nav a[href="#${room}"]`).click();
  await on.locator(`nav a[href="#${room}"][aria-current]`).waitFor();
}
