import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { noChromium, startChromium } from "@graft-ml/browser-tests/chromium";
import { type Site, serveFolder } from "@graft-ml/browser-tests/site";
import { strFromU8, unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSite } from "./built-site.js";
import { graft } from "./graft.js";

const minute = 60_000;

const shared = (path: string) =>
  fileURLToPath(new URL(`../../../../shared/data/${path}`, import.meta.url));
const photographs = shared("images/cats-vs-dogs-subset");
const sentences = shared("text/sst-2/stsa.binary.train");

describe.skipIf(noChromium)("what is trained in the tab", () => {
  let work: string;
  let folder: string;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), "graft-accuracy-"));
    folder = await buildSite();
    site = await serveFolder(folder);
    browser = await startChromium();
  }, 5 * minute);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    for (const one of [work, folder]) if (one) await rm(one, { recursive: true });
  });

  // The head alone, whose losses are the command's at every step. When all layers learn from 80
  // pictures, AdamW's first steps make much of what differs in the last digit, and both end elsewhere.
  it.skipIf(!existsSync(photographs))(
    "tells cats and dogs apart as well as by the command (needs ../shared)",
    async () => {
      const pictures = join(work, "pictures");
      for (const name of ["cat", "dog"]) {
        const files = (await readdir(join(photographs, name))).sort().slice(0, 50);
        for (const file of files)
          await cp(join(photographs, name, file), join(pictures, name, file));
      }
      // A copy, which must lie on the same side of the split as its first.
      const [first] = await readdir(join(pictures, "cat"));
      await cp(join(pictures, "cat", first!), join(pictures, "cat", "again.jpg"));
      const there = await byCommand(pictures, "--strategy", "probe");
      const page = await open();
      await page.getByLabel("Choose a folder").setInputFiles(pictures);
      await page.getByText("2 classes, 101 pictures").first().waitFor({ timeout: minute });
      const here = await inTab(page, "Quick");
      expectAlike(here, there);
    },
    15 * minute,
  );

  it.skipIf(!existsSync(sentences)).each(["Quick", "Thorough"] as const)(
    "tells praise from complaint as well as by the command, %s (needs ../shared)",
    async (how) => {
      const table = join(work, "sentences.csv");
      await writeFile(table, await tableOf(sentences, 400));
      const options = how === "Quick" ? ["--strategy", "probe", "--epochs", "5"] : [];
      const there = await byCommand(table, ...options);
      const page = await open();
      await page.getByLabel("Texts", { exact: true }).check();
      await page.getByLabel("Choose a table").setInputFiles(table);
      await page.getByText("2 classes, 401 texts").first().waitFor({ timeout: minute });
      const here = await inTab(page, how, how === "Quick" ? 5 : undefined);
      expectAlike(here, there);
    },
    15 * minute,
  );

  async function byCommand(data: string, ...options: readonly string[]): Promise<Outcome> {
    const run = await mkdtemp(join(work, "run-"));
    const events = await graft("train", data, ...options, "--seed", "0", "--out", run);
    const end = events.findLast(({ type }) => type === "train-end")!;
    return {
      accuracy: end.accuracy as number,
      count: end.count as number,
      ...toldIn({
        metrics: await readFile(join(run, "metrics.jsonl"), "utf8"),
        config: await readFile(join(run, "config.json"), "utf8"),
        check: await readFile(join(run, "data.json"), "utf8"),
      }),
    };
  }

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      Reflect.deleteProperty(globalThis, "showDirectoryPicker");
    });
    await page.goto(`${site.url}/`);
    return page;
  }
});

type Outcome = {
  readonly accuracy: number;
  /** Samples that judged. */
  readonly count: number;
  /** Of every step, in order. */
  readonly losses: readonly number[];
  /** The run's config.json and data.json. */
  readonly config: Config;
  readonly check: unknown;
};

type Config = Readonly<Record<string, unknown>> & {
  readonly options: Readonly<Record<string, unknown>>;
};

/** Trains with what was given to the page, and keeps the run. */
async function inTab(page: Page, how: string, epochs?: number): Promise<Outcome> {
  await page.locator('nav a[href="#train"]').click();
  await page.getByLabel(how).check();
  if (epochs !== undefined) {
    await page.getByText("More options").first().click();
    await page.getByLabel("Epochs").fill(`${epochs}`);
  }
  await page.getByRole("button", { name: "Start training" }).click();
  const words = page.locator(".result-words");
  await words.waitFor({ timeout: 12 * minute });
  const [right, count] = (await words.textContent())!.match(/\d+/g)!.map(Number);
  await page.locator('nav a[href="#keep"]').click();
  const [kept] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the run" }).click(),
  ]);
  const files = unzipSync(await readFile(await kept.path()));
  await page.close();
  const [metrics, config, check] = ["metrics.jsonl", "config.json", "data.json"].map((name) =>
    strFromU8(files[name]!),
  ) as [string, string, string];
  return { accuracy: right! / count!, count: count!, ...toldIn({ metrics, config, check }) };
}

function expectAlike(here: Outcome, there: Outcome): void {
  expect(here.losses.length).toBe(there.losses.length);
  const apart = here.losses.map((loss, at) => Math.abs(loss - there.losses[at]!));
  expect(Math.max(...apart)).toBeLessThan(1e-5);
  expect(here.count).toBe(there.count);
  expect(Math.abs(here.accuracy - there.accuracy)).toBeLessThanOrEqual(0.02);
  expect(here.check).toEqual(there.check);
  const [ours, theirs] = [here.config, there.config].map(({ versions: _, options, ...told }) => ({
    ...told,
    // The page knows no path.
    options: { ...options, data: "" },
  }));
  expect(ours).toEqual(theirs);
}

/** The first sentences of a file with a number and a text a line, as a table. */
async function tableOf(path: string, count: number): Promise<string> {
  const lines = (await readFile(path, "utf8")).split("\n").slice(0, count);
  const rows = lines.map((line) => {
    const text = line.slice(2).replaceAll('"', '""');
    return `"${text}",${line.startsWith("1") ? "praise" : "complaint"}`;
  });
  // And a copy of one that only looks otherwise.
  return `text,label\n${rows.join("\n")}\n${rows[0]!.toUpperCase().replace(/\w+$/, "praise")}\n`;
}

type Texts = { readonly metrics: string; readonly config: string; readonly check: string };

function toldIn({ metrics, config, check }: Texts): Pick<Outcome, "losses" | "config" | "check"> {
  const events = metrics
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { type: string; loss: number });
  return {
    losses: events.filter(({ type }) => type === "step-end").map(({ loss }) => loss),
    config: JSON.parse(config) as Config,
    check: JSON.parse(check) as unknown,
  };
}
