import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { noChromium, startChromium } from "@graft-ml/browser-tests/chromium";
import { type Site, serveFolder } from "@graft-ml/browser-tests/site";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barriers } from "./axe.js";
import { buildSite } from "./built-site.js";

const rooms = ["teach", "train", "try", "keep"] as const;

/** A camera that shows a moving picture, and is allowed. */
const camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

const sample = fileURLToPath(new URL("../../cli/assets/sample", import.meta.url));

const minutes = 60_000;

describe.skipIf(noChromium)("the page", () => {
  let folder: string;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    folder = await buildSite();
    site = await serveFolder(folder);
    browser = await startChromium({ args: camera });
  }, 5 * minutes);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  /** Opens the page, and what it asked for meanwhile. */
  async function open(options: BrowserContextOptions = {}, at = site) {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    const asked: string[] = [];
    context.on("request", (request) => asked.push(request.url()));
    const failed: string[] = [];
    page.on("pageerror", (error) => failed.push(error.message));
    await page.goto(`${at.url}/`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return { context, page, asked, failed };
  }

  it.each(["light", "dark"] as const)(
    "keeps no one out in any room, %s",
    async (colorScheme) => {
      const { context, page } = await open({ colorScheme });
      await takeSample(page);
      for (const room of rooms) {
        await enter(page, room);
        expect(await barriers(page), room).toEqual([]);
      }
      await enter(page, "teach");
      await page.getByLabel("Texts", { exact: true }).check();
      await page.getByRole("button", { name: "Take the sample texts" }).click();
      await page.getByText("3 classes, 36 texts").first().waitFor();
      expect(await barriers(page), "texts").toEqual([]);
      await context.close();
    },
    4 * minutes,
  );

  it(
    "can be used by keyboard alone, from the first key to a training",
    async () => {
      const { context, page, failed } = await open();
      await page.keyboard.press("Tab");
      expect(await focused(page)).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      await tabTo(page, "Take the sample pictures");
      await page.keyboard.press("Enter");
      await page.getByText("8 classes, 120 pictures").first().waitFor();
      await tabTo(page, "Name of the class");
      await page.keyboard.press("Control+A");
      await page.keyboard.type("feathered");
      await page.getByLabel("Class feathered", { exact: true }).waitFor();
      await tabTo(page, /^Remove (?!the class)/);
      await page.keyboard.press("Delete");
      await page.getByText("8 classes, 119 pictures").first().waitFor();
      await tabTo(page, "Go on to Train");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "Train the network" }).waitFor();
      await expect.poll(() => focused(page)).toBe("Train the network");
      await tabTo(page, "Start training");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Stop" }).waitFor();
      expect(failed).toEqual([]);
      await context.close();
    },
    4 * minutes,
  );

  it.each([360, 768])(
    "needs no scrolling sideways at %d pixels",
    async (width) => {
      const { context, page } = await open({ viewport: { width, height: 720 } });
      await takeSample(page);
      for (const room of rooms) {
        await enter(page, room);
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(over, room).toBe(0);
      }
      await context.close();
    },
    4 * minutes,
  );

  it(
    "asks nothing of anyone but its site",
    async () => {
      const { context, page, asked } = await open();
      await takeSample(page);
      for (const room of rooms) await enter(page, room);
      const elsewhere = asked.filter(
        (url) => !url.startsWith(`${site.url}/`) && !/^(blob|data):/.test(url),
      );
      expect(asked.length).toBeGreaterThan(3);
      expect(elsewhere).toEqual([]);
      await context.close();
    },
    4 * minutes,
  );

  it(
    "says what is missing where a training can't begin",
    async () => {
      const { context, page } = await open();
      await enter(page, "train");
      await page.getByText("Nothing is taught yet. Add pictures to two classes first.").waitFor();
      await enter(page, "try");
      await page.getByText("There is no trained network for pictures yet.").waitFor();
      await context.close();
    },
    2 * minutes,
  );

  it(
    "makes a class of each folder, and names what it leaves out",
    async () => {
      const { context, page } = await open();
      const pictures = await mkdtemp(join(tmpdir(), "graft-pictures-"));
      for (const name of ["bird", "fruit"]) {
        await cp(join(sample, "val", name), join(pictures, name), { recursive: true });
      }
      await writeFile(join(pictures, "notes.txt"), "not one");
      await page.getByLabel("Choose a folder").setInputFiles(pictures);
      await page.getByText("2 classes, 10 pictures").first().waitFor();
      await page.getByText("1 file left out").waitFor();
      expect(await page.locator(".names").textContent()).toMatch(/notes\.txt is not a picture$/);
      const remove = page.getByRole("button", { name: "Remove the class bird" });
      await remove.press("Enter");
      await page.getByRole("dialog").press("Escape");
      await expect.poll(() => focused(page)).toBe("Remove the class bird");
      await remove.press("Enter");
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).press("Enter");
      await expect.poll(() => focused(page)).toBe("+ Add a class");
      await page.getByText("1 class, 5 pictures").first().waitFor();
      await context.close();
      await rm(pictures, { recursive: true });
    },
    2 * minutes,
  );

  it(
    "takes what is dropped, folders in folders too, and stays when a drop misses",
    async () => {
      const { context, page } = await open();
      await drop(page, ".drop.big", join(sample, "val"));
      await page.getByText("8 classes, 40 pictures").first().waitFor();
      await drop(page, ".class-card", join(sample, "test", "fruit"));
      await page.getByText("8 classes, 56 pictures").first().waitFor();
      await drop(page, "header", join(sample, "test", "fruit"));
      await page.getByText("8 classes, 56 pictures").first().waitFor();
      await context.close();
    },
    2 * minutes,
  );

  it(
    "takes pictures of the camera, by keyboard",
    async () => {
      const { context, page } = await open();
      await page.getByRole("button", { name: "Camera for Class 1" }).press("Enter");
      const take = page.getByRole("button", { name: "Take pictures" });
      await page.locator("button:enabled", { hasText: "Take pictures" }).press("Enter");
      await page.getByRole("list", { name: "Pictures of Class 1" }).locator("li").nth(2).waitFor();
      await page.getByRole("button", { name: "Stop taking pictures" }).press("Enter");
      await take.waitFor();
      await context.close();
    },
    2 * minutes,
  );

  it(
    "says what a table lacks, and the next move",
    async () => {
      const { context, page } = await open();
      await page.getByLabel("Texts", { exact: true }).check();
      await page.getByLabel("Or paste one").fill("only words\nand more of them\n");
      await page.getByRole("button", { name: "Take the table" }).click();
      const alert = page.getByRole("alert");
      await alert.getByText("Give two columns, or name them text and label").waitFor();
      await alert.getByRole("button", { name: "Close this message" }).click();
      expect(await alert.textContent()).toBe("");
      await context.close();
    },
    2 * minutes,
  );

  it(
    "keeps the look that was chosen",
    async () => {
      const { context, page } = await open({ colorScheme: "light" });
      const ground = () =>
        page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
      expect(await ground()).toBe("light dark");
      await page.getByRole("button", { name: "Dark colours" }).click();
      expect(await ground()).toBe("dark");
      await page.reload();
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await ground()).toBe("dark");
      await context.close();
    },
    2 * minutes,
  );

  it(
    "shares memory from the second load on where the host can't say so, and opens without it",
    async () => {
      const plain = await serveFolder(folder, { isolated: false });
      const { context, page } = await open({}, plain);
      const isolated = () => page.evaluate(() => crossOriginIsolated);
      expect(await isolated()).toBe(false);
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.reload();
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await isolated()).toBe(true);
      await plain.close();
      await page.reload();
      await page.getByRole("heading", { level: 1 }).waitFor();
      await context.close();
    },
    4 * minutes,
  );
});

async function takeSample(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Take the sample pictures" }).click();
  await page.getByText("8 classes, 120 pictures").first().waitFor({ timeout: 60_000 });
}

async function enter(page: Page, room: string): Promise<void> {
  await page.locator(`nav a[href="#${room}"]`).click();
  await page.locator(`nav a[href="#${room}"][aria-current]`).waitFor();
}

/** Drops a file or folder of this machine near the top of what is named. */
async function drop(page: Page, selector: string, path: string): Promise<void> {
  const place = page.locator(selector).first();
  await place.scrollIntoViewIfNeeded();
  const { x, y, width } = (await place.boundingBox())!;
  const devtools = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devtools.send("Input.dispatchDragEvent", {
      ...{ type, x: x + width / 2, y: y + 10 },
      data: { items: [], files: [path], dragOperationsMask: 1 },
    });
  }
}

/** The name of what has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const here = document.activeElement;
    const label = here instanceof HTMLInputElement ? here.labels?.[0]?.textContent : undefined;
    return (here?.getAttribute("aria-label") ?? label ?? here?.textContent ?? "").trim();
  });

/** Presses Tab until what has the focus is named so. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 80) {
    await page.keyboard.press("Tab");
    const here = await focused(page);
    if (typeof name === "string" ? here.startsWith(name) : name.test(here)) return;
    passed.push(here);
  }
  throw new Error(`Tab never came to "${name}"; it passed ${passed.join(", ")}.`);
}
