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
import { type Score, saidByTransformers } from "./transformers.js";

const minutes = 60_000;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const sample = here("../../cli/assets/sample");

/** A picture of the sample that nothing learns from. */
const stranger = join(sample, "test/bird");

/** Texts that nothing learns from. */
const strange = [
  "The parcel came broken.",
  "What a delightful place, thank you!",
  "When does the last train to the harbour leave?",
];

/** Addresses of what a page itself made. */
const local = /^(blob|data):/;

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
      await takeSamplePictures(page);
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
      const [told] = await saidByTransformers(browser, {
        model: client,
        picture: await aPicture(),
      });
      expect(told?.[0]?.label).toBe(said);
      const zip = await download(page, "Download the run");
      const run = await unzipped(zip, "run");
      const [answer] = (await graft("predict", run, await aPicture())).filter(
        ({ type }) => type === "prediction",
      );
      expect(answer?.label).toBe(said);
      const [report] = await graft("report", run, "--data", join(sample, "train"));
      expect(report?.type).toBe("report-written");
      const text = await readFile(join(run, "report.html"), "utf8");
      for (const title of ["Learning", "The data", "How it was made"]) {
        expect(text).toContain(`<h2>${title}</h2>`);
      }
      await expect(graft("resume", run)).rejects.toThrow(/was made in a browser.*--warm-start/s);
      const goingOn = ["--warm-start", run, "--strategy", "probe", "--epochs", "1"];
      const out = ["--out", join(work, "further")];
      const further = await graft("train", join(sample, "train"), ...goingOn, ...out);
      expect(further.at(-1)?.type).toBe("train-end");

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
    "learns from texts in the tab, and answers in transformers.js as it does there",
    async () => {
      const page = await open(browser, site);
      await takeSampleTexts(page);
      await train(page, "Thorough", { epochs: 2 });
      await enter(page, "try");
      const here = [];
      for (const text of strange) here.push(await scoresOf(page, text));
      expect(here[0]!.map(({ label }) => label).sort()).toEqual([
        "complaint",
        "praise",
        "question",
      ]);
      await enter(page, "keep");
      const model = await unzipped(await download(page, "Download the folder"), "text-client");
      const there = await saidByTransformers(browser, { model, texts: strange });
      expect(there.map((all) => all.map(({ label }) => label))).toEqual(
        here.map((all) => all.map(({ label }) => label)),
      );
      const [ours, theirs] = [here, there].map((all) => all.flat().map(({ score }) => score));
      const apart = ours!.map((score, at) => Math.abs(score - theirs![at]!));
      expect(Math.max(...apart)).toBeLessThan(1e-4);
      const run = await unzipped(await download(page, "Download the run"), "text-run");
      const [report] = await graft("report", run);
      expect(report).toMatchObject({ type: "report-written", notes: [] });
      await page.context().close();
    },
    10 * minutes,
  );

  it(
    "is learned, tried and kept without asking anyone else, and on the next load no one at all",
    async () => {
      const own = await serveFolder(folder);
      const page = await open(browser, own);
      const asked: string[] = [];
      page.context().on("request", (request) => asked.push(request.url()));
      const complaints: string[] = [];
      page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
      await learnTryAndKeep(page);
      const elsewhere = asked.filter((url) => !local.test(url) && !url.startsWith(`${own.url}/`));
      expect(elsewhere).toEqual([]);

      await page.getByText("from the next load on it works without a network").waitFor();
      await page.reload();
      await page.getByText("This page is kept in this browser: it works").waitFor();
      const before = own.asked.length;
      await learnTryAndKeep(page);
      // The browser looks for a newer version of the page after it was loaded.
      expect(own.asked.slice(before).filter((path) => path !== "/sw.js")).toEqual([]);
      expect(complaints).toEqual([]);

      await own.close();
      await page.reload();
      await learnTryAndKeep(page);
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

  /** All that a visit is for, with the sample texts and the sample pictures. */
  const learnTryAndKeep = async (page: Page): Promise<void> => {
    await enter(page, "teach");
    await takeSampleTexts(page);
    await train(page, "Thorough", { epochs: 1 });
    await enter(page, "try");
    await scoresOf(page, strange[0]!);
    await enter(page, "keep");
    await download(page, "Download ONNX");
    await enter(page, "teach");
    await takeSamplePictures(page);
    await train(page, "Quick", { epochs: 1 });
    await enter(page, "try");
    await page.getByLabel("Choose pictures").setInputFiles(await aPicture());
    await likeliest(page);
    await enter(page, "keep");
    await download(page, "Download the run");
  };

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

async function takeSamplePictures(page: Page): Promise<void> {
  await page.getByLabel("Pictures", { exact: true }).check();
  await page.getByRole("button", { name: "Take the sample pictures" }).click();
  await page.getByText("8 classes, 120 pictures").first().waitFor({ timeout: minutes });
}

async function takeSampleTexts(page: Page): Promise<void> {
  await page.getByLabel("Texts", { exact: true }).check();
  await page.getByRole("button", { name: "Take the sample texts" }).click();
  await page.getByText("3 classes, 36 texts").first().waitFor();
}

/** What the page says of a text, the likeliest first: a score is as wide as its bar. */
async function scoresOf(page: Page, text: string): Promise<readonly Score[]> {
  const box = page.getByLabel("Type a text it has never seen");
  await box.fill("");
  await page.locator(".scores").waitFor({ state: "detached" });
  await box.fill(text);
  await page.locator(".scores").waitFor({ timeout: minutes });
  return page.locator(".scores li").evaluateAll((rows) =>
    rows.map((row) => ({
      label: row.querySelector(".score-name")!.textContent!,
      score:
        Number.parseFloat(row.querySelector<HTMLElement>(".score-bar > span")!.style.inlineSize) /
        100,
    })),
  );
}

async function train(page: Page, how: string, { epochs }: { epochs?: number } = {}): Promise<void> {
  await enter(page, "train");
  await page.getByLabel(how).check();
  if (epochs !== undefined) {
    const field = page.getByLabel("Epochs");
    if (!(await field.isVisible())) await page.getByText("More options").first().click();
    await field.fill(`${epochs}`);
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
