import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { noChromium, startChromium } from "@graft-ml/browser-tests/chromium";
import { type Site, serveFolder } from "@graft-ml/browser-tests/site";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSite } from "./built-site.js";
import { graft } from "./graft.js";
import { saidByTransformers } from "./transformers.js";

const minutes = 60_000;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const sample = here("../../cli/assets/sample");

/** A picture of the sample that nothing learns from. */
const stranger = join(sample, "test/bird");

describe.skipIf(noChromium)("a network", () => {
  let work: string;
  let folder: string;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), "graft-journey-"));
    folder = await buildSite();
    site = await serveFolder(folder);
    browser = await startChromium();
  }, 5 * minutes);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    for (const one of [work, folder]) if (one) await rm(one, { recursive: true });
  });

  it(
    "learns from pictures in the tab, answers, and is taken to the command and back",
    async () => {
      const page = await open(browser, site);
      await page.getByRole("button", { name: "Take the sample pictures" }).click();
      await page.getByText("8 classes, 120 pictures").first().waitFor({ timeout: minutes });
      await train(page, "Quick");
      const share = await page.locator(".result-share").textContent();
      expect(Number.parseInt(share ?? "", 10)).toBeGreaterThan(30);

      await enter(page, "try");
      await page.getByLabel("Choose pictures").setInputFiles(await aPicture());
      const said = await likeliest(page);

      await enter(page, "keep");
      const onnx = await download(page, "Download ONNX");
      expect((await readFile(onnx)).length).toBeGreaterThan(5_000_000);
      const client = await unzipped(await download(page, "Download the folder"), "client");
      const [best] = await saidByTransformers(browser, {
        model: client,
        picture: await aPicture(),
      });
      expect(best?.label).toBe(said);
      const zip = await download(page, "Download the run");
      const run = await unzipped(zip, "run");
      const [answer] = (await graft("predict", run, await aPicture())).filter(
        ({ type }) => type === "prediction",
      );
      expect(answer?.label).toBe(said);

      await page.reload();
      await enter(page, "keep");
      await page.getByLabel("Choose a zip").setInputFiles(zip);
      await page.getByText("The run was opened: it tells 8 classes apart.").first().waitFor();
      await enter(page, "try");
      await page.getByLabel("Choose pictures").setInputFiles(await aPicture());
      expect(await likeliest(page)).toBe(said);
      await page.context().close();
    },
    10 * minutes,
  );

  it(
    "learns from texts in the tab, and answers",
    async () => {
      const page = await open(browser, site);
      await page.getByLabel("Texts", { exact: true }).check();
      await page.getByRole("button", { name: "Take the sample texts" }).click();
      await page.getByText("3 classes, 36 texts").first().waitFor();
      await train(page, "Thorough", { epochs: 2 });
      await enter(page, "try");
      await page.getByRole("textbox").first().fill("The parcel came broken.");
      expect(["complaint", "praise", "question"]).toContain(await likeliest(page));
      await page.context().close();
    },
    10 * minutes,
  );

  it(
    "that the command trained answers in the tab as it does there",
    async () => {
      const run = join(work, "trained");
      const options = ["--strategy", "probe", "--epochs", "3", "--out", run];
      await graft("train", sample, ...options);
      const [answer] = (await graft("predict", run, await aPicture())).filter(
        ({ type }) => type === "prediction",
      );
      const page = await open(browser, site);
      await enter(page, "keep");
      await page.getByLabel("Choose a run's folder").setInputFiles(run);
      await page.getByText("The run was opened: it tells 8 classes apart.").first().waitFor();
      await enter(page, "try");
      await page.getByLabel("Choose pictures").setInputFiles(await aPicture());
      expect(await likeliest(page)).toBe(answer?.label);
      await page.context().close();
    },
    10 * minutes,
  );

  const unzipped = async (zip: string, name: string): Promise<string> => {
    const to = join(work, name);
    for (const [path, bytes] of Object.entries(unzipSync(await readFile(zip)))) {
      await mkdir(dirname(join(to, path)), { recursive: true });
      await writeFile(join(to, path), bytes);
    }
    return to;
  };

  const download = async (page: Page, button: string): Promise<string> => {
    const [file] = await Promise.all([
      page.waitForEvent("download", { timeout: 2 * minutes }),
      page.getByRole("button", { name: button }).click(),
    ]);
    const path = join(work, file.suggestedFilename());
    await file.saveAs(path);
    return path;
  };

  const aPicture = async (): Promise<string> => {
    const [name] = (await readdir(stranger)).sort();
    const path = join(work, "stranger.jpg");
    if (!existsSync(path)) await cp(join(stranger, name!), path);
    return path;
  };
});

/** Opens the page where folders can't be picked. */
async function open(browser: Browser, site: Site): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, "showDirectoryPicker");
  });
  await page.goto(`${site.url}/`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

async function train(page: Page, how: string, { epochs }: { epochs?: number } = {}): Promise<void> {
  await enter(page, "train");
  await page.getByLabel(how).check();
  if (epochs !== undefined) {
    await page.getByText("More options").first().click();
    await page.getByLabel("Epochs").fill(`${epochs}`);
  }
  await page.getByRole("button", { name: "Start training" }).click();
  await page.getByRole("heading", { name: "What it learned" }).waitFor({ timeout: 8 * minutes });
}

async function enter(page: Page, room: string): Promise<void> {
  await page.locator(`nav a[href="#${room}"]`).click();
  await page.locator(`nav a[href="#${room}"][aria-current]`).waitFor();
}

const likeliest = async (page: Page): Promise<string> => {
  const best = page.locator(".scores .score-name").first();
  await best.waitFor({ timeout: minutes });
  return (await best.textContent()) ?? "";
};
